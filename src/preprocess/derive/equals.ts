import { Bool, Field } from 'apache-arrow';
import { type Bound, bound, columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { numberColumn } from '../encode/numberColumn.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';
import { readTexts } from './fromTexts.ts';

const valueBound: Bound<Category> = bound(
  'a string, a finite number, true or false',
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
);

/**
 * Whether a column holds a value: a string, to the letter; a number; true or false.
 *
 *   v' = (v = value); null where v is null or NaN
 *
 * @param value of the column's own kind
 * @param options the new column is named `<column>Is<Value>` by default
 * @throws OptionError where the value is none
 * @example equals('origin', 'JFK').names //=> ['originIsJFK']
 */
export function equals(column: string, value: Category, options: NewColumnOptions = {}): Derivation {
  checkOption('equals: column', column, columnName);
  checkOption('equals: value', value, valueBound);
  checkOptions<NewColumnOptions>('equals', options, { as: columnName });
  const { as = `${column}Is${withWord('', `${value}`)}` } = options;
  if (typeof value === 'string') return equalsText(column, value, as);
  const meant = Number(value);
  return fromNumbers({
    verb: 'equals',
    columns: [column],
    reads: typeof value === 'boolean' ? 'boolean' : 'number',
    as,
    gives: 'boolean',
    options: { value },
    compute([values], out) {
      for (let i = 0; i < out.length; i++) out[i] = Number.isNaN(values[i]) ? Number.NaN : +(values[i] === meant);
    },
  });
}

function equalsText(column: string, value: string, as: string): Derivation {
  const use = { column, kinds: ['string'], where: `equals ${shownName(column)}` } as const;
  const type = new Bool();
  const fields = [new Field(as, type, true)];
  return {
    names: [as],
    columns: [column],
    reads: 'string',
    description: { verb: 'equals', column, value, as },
    fields(schema) {
      findColumn(schema, use);
      checkNewNames(use.where, schema, [as]);
      return fields;
    },
    apply(records) {
      const { ids, texts } = readTexts(columnData(records, findColumn(records.schema, use).index));
      const meant = texts.indexOf(value);
      const out = new Float64Array(records.numRows);
      for (let i = 0; i < out.length; i++) out[i] = ids[i] < 0 ? Number.NaN : +(ids[i] === meant);
      return appendColumns(records, fields, [numberColumn(type, out)]);
    },
    row: ([text]) => [text === null ? null : text === value],
  };
}
