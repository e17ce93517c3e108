import { Field, Int32, Type } from 'apache-arrow';
import { OptionError } from '../errors.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';
import { columnData, findColumn } from './findColumn.ts';
import { numberColumn } from './numberColumn.ts';
import { readNumbers } from './readNumbers.ts';

export interface FromTimeOptions {
  /** The name of the new column. */
  readonly as?: string;
}

export const MS_PER_DAY = 86_400_000;

/** Makes the derivations that take a whole number from a point in time: `part` works in place on milliseconds since 1970, NaN where null. */
export function fromTime(verb: string, column: string, as: string, part: (ms: Float64Array) => void): Derivation {
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
  let scratch = new Float64Array(0);
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
      if (scratch.length < data.length) scratch = new Float64Array(data.length);
      const ms = readNumbers(data, scratch);
      part(ms);
      const noNulls = data.nullCount === 0 && data.typeId !== Type.Null && data.type.typeId !== Type.Dictionary;
      return appendColumns(records, fields, [numberColumn(fields[0].type, ms, noNulls ? 0 : undefined)]);
    },
  };
}
