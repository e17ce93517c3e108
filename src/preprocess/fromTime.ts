import { Field, Int32 } from 'apache-arrow';
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
      const ms = readNumbers(columnData(records, index));
      part(ms);
      return appendColumns(records, fields, [numberColumn(fields[0].type, ms)]);
    },
  };
}
