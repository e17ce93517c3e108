import type { Schema } from 'apache-arrow';

const known = new WeakMap<Schema, ReadonlyMap<string, number>>();

/** Where the columns of a schema stand, by their names; of a name that is there twice, the first. A look through thousands of columns for each of them would take longer than reading them. */
export function columnIndices(schema: Schema): ReadonlyMap<string, number> {
  const found = known.get(schema);
  if (found) return found;
  const indices = new Map<string, number>();
  for (const [index, { name }] of schema.fields.entries()) if (!indices.has(name)) indices.set(name, index);
  known.set(schema, indices);
  return indices;
}
