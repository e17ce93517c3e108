import { SchemaError } from '../errors.ts';
import { sourceColumns } from '../preprocess/sourceColumns.ts';
import { nearMisses } from '../source/nearMisses.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The columns that a pipeline reads from its source: those of features, target and split, and what they are derived from.
 *
 * @throws SchemaError where the source has no such column, with the ones that are spelt nearly so
 */
export async function readColumns(pipeline: Pipeline, signal?: AbortSignal): Promise<readonly string[]> {
  const { source, derive, features, target, weight, split } = pipeline;
  const wanted = new Set(sourceColumns(derive, [...Object.keys(features), target.column, ...(weight ? [weight] : [])]));
  for (const key of split.by ?? []) wanted.add(key);
  const names = (await source.schema(signal)).fields.map(({ name }) => name);
  for (const column of wanted) {
    if (names.includes(column)) continue;
    const near = nearMisses(column, [...names, ...derive.flatMap((derivation) => derivation.names)]);
    throw new SchemaError({
      where: source.name,
      expected: `a column ${column}`,
      received: names.length > 0 ? `the columns ${names.join(', ')}` : 'no columns',
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}` : undefined,
    });
  }
  // In the order of the source, so that the same columns are read whatever the order of the features.
  return names.filter((name) => wanted.has(name));
}
