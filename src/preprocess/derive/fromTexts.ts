import { type Data, Dictionary, Field, Int32, Utf8 } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { createCategoryTable } from '../../source/column/categoryTable.ts';
import { columnData } from '../../source/column/findColumn.ts';
import { appendColumns } from './appendColumns.ts';
import type { Derivation } from './derivation.ts';
import { newColumn } from './newColumn.ts';
import { dictionaryColumn } from './resultColumn.ts';

/** A derivation that makes one column of text from columns of text. */
export interface FromTexts {
  /** What the function is called by the user. */
  readonly verb: string;
  readonly columns: readonly string[];
  /** The name of the new column. */
  readonly as: string;
  /** The options that are not columns or names. */
  readonly options?: { readonly [key: string]: Json };
  /** The text of a row that has one in each column; it is computed once for all rows with the same. */
  compute(texts: readonly string[]): string;
}

/**
 * Makes the derivations that compute a column of text from others: null where one of them is.
 *
 * @example fromTexts({ verb: 'upper', columns: ['a'], as: 'b', compute: ([a]) => a.toUpperCase() }).names //=> ['b']
 */
export function fromTexts({ verb, columns, as, options, compute }: FromTexts): Derivation {
  const type = new Dictionary(new Utf8(), new Int32());
  const field = new Field(as, type, true);
  const { indexOf, ...common } = newColumn({ verb, columns, kind: 'string', ...(options && { options }) }, field);
  return {
    ...common,
    apply(records) {
      const { schema, numRows } = records;
      const inputs = columns.map((column) => readTexts(columnData(records, indexOf(schema, column))));
      const numbers = new Float64Array(numRows);
      // Texts that are made: by the texts that they are made of, and by themselves.
      const combinations = new Map<number, number>();
      const made = new Map<string, number>();
      const numberOf = (row: number) => {
        const text = compute(inputs.map(({ ids, texts }) => texts[ids[row]]));
        const number = made.get(text) ?? made.size;
        made.set(text, number);
        return number;
      };
      for (let row = 0; row < numRows; row++) {
        let key = 0;
        for (const { ids, texts } of inputs) key = ids[row] < 0 ? Number.NaN : key * texts.length + ids[row];
        if (Number.isNaN(key)) {
          numbers[row] = Number.NaN;
          continue;
        }
        // Of many columns there may be more combinations than numbers that can be told apart.
        let number = Number.isSafeInteger(key) ? combinations.get(key) : undefined;
        if (number === undefined) {
          number = numberOf(row);
          if (Number.isSafeInteger(key)) combinations.set(key, number);
        }
        numbers[row] = number;
      }
      return appendColumns(records, [field], [dictionaryColumn(type, numbers, [...made.keys()])]);
    },
    row: (values) => [values.includes(null) ? null : compute(values.map(String))],
  };
}

/** A column of text by the numbers of its texts, each of which is decoded once; below 0 where null. */
export function readTexts(data: Data): { readonly ids: Int32Array; readonly texts: readonly string[] } {
  const table = createCategoryTable('string');
  const ids = new Int32Array(data.length);
  table.read(data, undefined, ids, true);
  return { ids, texts: Array.from({ length: table.size }, (_, id) => `${table.category(id)}`) };
}
