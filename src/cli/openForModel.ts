import type { Model } from '../model/model.ts';
import type { ModelSchema } from '../model/schema.ts';
import { formats } from '../source/formats.ts';
import type { ReadAlikeOptions } from '../source/readAlike.ts';
import type { Source } from '../source/types.ts';

/**
 * Opens the place that a command names, for a model. Rows of a pipe are given as they come, for which types that have to be told by the text would wait.
 *
 * @param keep columns that are read besides those of the model
 */
export function openForModel(
  model: Model,
  place: string,
  reading: Omit<ReadAlikeOptions, 'types'>,
  keep: readonly string[] = [],
): Source {
  const types = place === '-' ? typesAsTheyCome(model.schema.columns, keep) : undefined;
  if (!types || typeof reading.options?.types === 'string') return model.open(place, reading);
  if (reading.format && !formats[reading.format].isText) return model.open(place, reading);
  const given = (reading.options?.types ?? {}) as object;
  const options = { ...reading.options, inferRows: 1, types: { ...types, ...given } };
  return model.open(place, { ...reading, options });
}

/**
 * The types of all columns that are read, where they are known: whole numbers may be followed by others. Undefined where the text has to tell.
 */
function typesAsTheyCome(
  columns: ModelSchema['columns'],
  keep: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const types = columns.map(({ name, type }) => [name, /^int(32|64)$/.test(type ?? '') ? 'float64' : type] as const);
  const isKnown = types.every(([, type]) => type) && keep.every((name) => types.some(([known]) => known === name));
  return isKnown ? (Object.fromEntries(types) as Record<string, string>) : undefined;
}
