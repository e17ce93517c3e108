import type { Json } from '../json.ts';

/** Every leaf by its path: `optimizer.options.learningRate`. */
export function flat(value: Json, path = ''): ReadonlyMap<string, Json> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, part]) => [...flat(part as Json, path === '' ? key : `${path}.${key}`)]),
  );
}
