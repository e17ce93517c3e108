import { OptionError } from '../../errors.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../../types.ts';
import { concatAs } from '../combine/concat.ts';
import { listFiles } from './listFiles.ts';

/**
 * The rows of many files, one file after the other, sorted by path.
 *
 * @param place a pattern in which `*` and `?` stand for any characters of a name and `**` for any folders; a folder, for the files in
 * it; or a list of paths, which stays in its order
 * @param open makes the source of a file
 * @throws OptionError where the list is empty
 * @throws SchemaError when it is read, where a file has other columns than the first
 * @throws SourceError when it is read, where there are no files
 * @example files('data/2001-*.csv', csv).name //=> 'files data/2001-*.csv'
 */
export function files(place: string | readonly string[], open: (path: string) => Source): Source {
  const isPattern = typeof place === 'string';
  if (place.length === 0) {
    throw new OptionError({ where: 'files', expected: 'a pattern or at least one path', received: 'none' });
  }
  const name = `files ${isPattern ? place : `${place.slice(0, 3).join(', ')}${place.length > 3 ? ' ...' : ''}`}`;
  /** Kept, since a source may know what its file is like. */
  const sources = new Map<string, Source>();

  async function all(): Promise<Source> {
    const paths = isPattern ? await listFiles(name, place) : place;
    for (const path of paths) if (!sources.has(path)) sources.set(path, open(path));
    return concatAs(
      name,
      paths.map((path) => sources.get(path)!),
    );
  }

  async function* openAll(options: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const source = await all();
    yield* (range && source.openRange?.(range, options)) ?? source.open(options);
  }

  return {
    name,
    schema: async (signal) => (await all()).schema(signal),
    rows: async (signal) => (await all()).rows(signal),
    fingerprint: async (signal) => (await all()).fingerprint(signal),
    open: (options) => openAll(options),
    openRange: (range, options) => openAll(options, range),
  };
}
