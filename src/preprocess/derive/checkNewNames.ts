import type { Schema } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';

/** @throws SchemaError where a column that is to be added is there already */
export function checkNewNames(where: string, schema: Schema, names: readonly string[]): void {
  const taken = names.find((name) => schema.fields.some((field) => field.name === name));
  if (taken === undefined) return;
  throw new SchemaError({
    where,
    expected: 'a new name for the column that it adds',
    received: `${taken}, which is there already`,
    hint: 'Give it another name',
  });
}
