import { Field, Int32, makeData, Type } from 'apache-arrow';
import { OptionError } from '../errors.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';
import { columnData, findColumn } from './findColumn.ts';
import { recentNumbers } from './recentNumbers.ts';
import { validBits } from './validBits.ts';

export interface FromTimeOptions {
  /** The name of the new column. */
  readonly as?: string;
}

export const MS_PER_DAY = 86_400_000;

/** Writes what it takes from points in time, milliseconds since 1970; of NaN, which is a null, anything. */
export type TimePart = (ms: Float64Array, out: Int32Array) => void;

/** Makes the derivations that take a whole number from a point in time. */
export function fromTime(verb: string, column: string, as: string, part: TimePart): Derivation {
  for (const [key, name] of Object.entries({ column, as })) {
    if (typeof name === 'string' && name !== '') continue;
    throw new OptionError({
      where: `${verb}: ${key}`,
      expected: 'the name of a column',
      received: JSON.stringify(name),
    });
  }
  const hint = 'For text or numbers use derive(name, [column], (value) => ...)';
  const use = { column, kinds: ['timestamp'], where: `${verb} ${column}`, hint } as const;
  const fields = [new Field(as, new Int32(), true)];
  return {
    names: [as],
    columns: [column],
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
  };
}
