import { Field, Int32, makeData, Type } from 'apache-arrow';
import { columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { validBits } from '../encode/validBits.ts';
import { recentNumbers } from '../fit/recentNumbers.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';

export interface FromTimeOptions {
  /** The name of the new column. */
  readonly as?: string;
}

export const MS_PER_DAY = 86_400_000;

/** Writes what it takes from points in time, milliseconds since 1970; of NaN, which is a null, anything. */
export type TimePart = (ms: Float64Array, out: Int32Array) => void;

/**
 * Makes the derivations that take a whole number from a point in time.
 *
 * @param verb what the function is called by the user
 * @param usual the name of the new column where none is given
 * @example fromTime('minute', 'date', {}, 'minute', (ms, out) => out.set(ms.map((at) => (at / 60_000) % 60))).names //=> ['minute']
 */
export function fromTime(
  verb: string,
  column: string,
  options: FromTimeOptions,
  usual: string,
  part: TimePart,
): Derivation {
  checkOption(`${verb}: column`, column, columnName);
  checkOptions<FromTimeOptions>(verb, options, { as: columnName });
  const { as = usual } = options;
  const hint = 'For text or numbers use derive(name, [column], (value) => ...)';
  const use = { column, kinds: ['timestamp'], where: `${verb} ${shownName(column)}`, hint } as const;
  const fields = [new Field(as, new Int32(), true)];
  return {
    names: [as],
    columns: [column],
    reads: 'timestamp',
    description: { verb, column, as },
    fields(schema) {
      findColumn(schema, use);
      checkNewNames(use.where, schema, [as]);
      return fields;
    },
    apply(records) {
      const { index } = findColumn(records.schema, use);
      const data = columnData(records, index);
      const ms = recentNumbers(data);
      const numbers = new Int32Array(ms.length);
      part(ms, numbers);
      const noNulls = data.nullCount === 0 && data.typeId !== Type.Null && data.type.typeId !== Type.Dictionary;
      const { type } = fields[0];
      const made = makeData({ type, length: ms.length, ...validBits(ms, noNulls ? 0 : undefined), data: numbers });
      return appendColumns(records, fields, [made]);
    },
    row([value]) {
      if (typeof value !== 'number') return [null];
      const out = new Int32Array(1);
      part(Float64Array.of(value), out);
      return [out[0]];
    },
  };
}
