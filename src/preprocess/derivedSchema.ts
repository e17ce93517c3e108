import { Schema } from 'apache-arrow';
import type { Derivation } from './derivation.ts';

/**
 * The schema after derivations, as far as it is known before the first row.
 *
 * @throws SchemaError where a derivation asks for a column that is not there, or adds one that is
 */
export function derivedSchema(derivations: readonly Derivation[], schema: Schema): Schema {
  return derivations.reduce(
    (before, derivation) => new Schema([...before.fields, ...derivation.fields(before)], before.metadata),
    schema,
  );
}
