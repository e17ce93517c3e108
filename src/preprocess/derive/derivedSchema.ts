import type { Schema } from 'apache-arrow';
import { appendFields } from './appendColumns.ts';
import type { Derivation } from './derivation.ts';

/**
 * The schema after derivations, as far as it is known before the first row.
 *
 * @throws SchemaError where a derivation asks for a column that is not there, or adds one that is
 * @example
 * ```ts
 * const schema = await memory([{ date: new Date(0) }]).schema();
 * derivedSchema([hourOfDay('date')], schema).fields.map(({ name }) => name); //=> ['date', 'hour']
 * ```
 */
export function derivedSchema(derivations: readonly Derivation[], schema: Schema): Schema {
  return derivations.reduce((before, derivation) => appendFields(before, derivation.fields(before)), schema);
}
