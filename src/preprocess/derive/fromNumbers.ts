import { Bool, Field, Float64, Int32 } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { columnData } from '../../source/column/findColumn.ts';
import { numberColumn } from '../encode/numberColumn.ts';
import { recentNumbers } from '../fit/recentNumbers.ts';
import { appendColumns } from './appendColumns.ts';
import type { Derivation } from './derivation.ts';
import { newColumn } from './newColumn.ts';

/** The option of a derivation that makes one column. */
export interface NewColumnOptions {
  /** The name of the new column. */
  readonly as?: string;
}

/** A derivation that makes one column of numbers or booleans from columns of numbers or booleans. */
export interface FromNumbers {
  /** What the function is called by the user. */
  readonly verb: string;
  readonly columns: readonly string[];
  /** What these hold. */
  readonly reads: 'number' | 'boolean';
  /** The name of the new column. */
  readonly as: string;
  /** What the new column holds. */
  readonly gives: 'number' | 'integer' | 'boolean';
  /** The options that are not columns or names. */
  readonly options?: { readonly [key: string]: Json };
  /**
   * Writes a result for each row: NaN for null, 0 and 1 for booleans.
   *
   * @param inputs the columns, NaN where null, booleans as 0 and 1; not to be changed
   */
  compute(inputs: readonly Float64Array[], out: Float64Array): void;
}

const types = { number: new Float64(), integer: new Int32(), boolean: new Bool() } as const;

/**
 * Makes the derivations that compute a column of numbers or booleans from others.
 *
 * @example fromNumbers({ verb: 'half', columns: ['a'], reads: 'number', as: 'b', gives: 'number', compute: ([a], out) => out.set(a.map((v) => v / 2)) }).names //=> ['b']
 */
export function fromNumbers({ verb, columns, reads, as, gives, options, compute }: FromNumbers): Derivation {
  const type = types[gives];
  const field = new Field(as, type, true);
  const { indexOf, ...common } = newColumn({ verb, columns, kind: reads, ...(options && { options }) }, field);
  return {
    ...common,
    apply(records) {
      const { schema, numRows } = records;
      const inputs = columns.map((column) => recentNumbers(columnData(records, indexOf(schema, column))));
      const out = new Float64Array(numRows);
      compute(inputs, out);
      return appendColumns(records, [field], [numberColumn(type, out)]);
    },
    row(values) {
      const out = new Float64Array(1);
      compute(
        values.map((value) => Float64Array.of(value === null ? Number.NaN : Number(value))),
        out,
      );
      if (Number.isNaN(out[0])) return [null];
      return [gives === 'boolean' ? out[0] === 1 : out[0]];
    },
  };
}

/** The name of a column with another word behind it: `delay` and `above` are `delayAbove`. */
export function withWord(column: string, word: string): string {
  return column + word.slice(0, 1).toUpperCase() + word.slice(1);
}
