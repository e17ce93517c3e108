import { aFunction, type Bound, either, listOf, text } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { shownValue } from '../../options/shown.ts';
import { changeable, changed, changedFile } from '../changed.ts';
import { concatAs } from '../combine/concatSources.ts';
import { sourceBound } from '../sourceBound.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../types.ts';
import { listFiles } from './listFiles.ts';

/**
 * The rows of many files, one file after the other, sorted by path, of the columns that all of them have: see `concatSources`.
 *
 * @param place a pattern in which `*` and `?` stand for any characters of a name and `**` for any folders; a folder, for the files in
 * it; or a list of paths, which stays in its order. Links are followed; a file to which several names of a pattern lead comes once
 * @param open makes the source of a file
 * @throws OptionError where the list is empty
 * @throws SchemaError when it is read, where they have no column in common, or one that is wanted is not among those
 * @throws DataError when it is read, at an integer beyond 2^53 in a column that is one of floats elsewhere
 * @throws SourceError when it is read, where there are no files
 * @example files('data/2001-*.csv', csv).name //=> 'files data/2001-*.csv'
 */
export function files(place: string | readonly string[], open: (path: string) => Source): Source {
  checkOption('files: place', place, either(text('a pattern'), listOf('paths', text('a path'), 1)));
  checkOption('files: open', open, openBound('files(place, csv)'));
  const isPattern = typeof place === 'string';
  const name = `files ${isPattern ? place : `${place.slice(0, 3).join(', ')}${place.length > 3 ? ' ...' : ''}`}`;
  /** Kept, since a source may know what its file is like. */
  const sources = new Map<string, Source>();

  async function all(options: Partial<Pick<OpenOptions, 'signal' | 'tell'>>): Promise<Source> {
    const paths = isPattern ? await listFiles(name, place, options) : place;
    for (const path of paths) if (!sources.has(path)) sources.set(path, opened('files', open, path));
    return concatAs(
      name,
      paths.map((path) => sources.get(path)!),
    );
  }

  async function* openAll(options: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    options.signal.throwIfAborted();
    const source = await all(options);
    yield* (range && source.openRange?.(range, options)) ?? source.open(options);
  }

  const made: Source = {
    name,
    get reading() {
      const [first] = sources.values();
      return first?.reading;
    },
    schema: async (signal) => (await all({ signal })).schema(signal),
    rows: async (signal) => (await all({ signal })).rows(signal),
    parts: async (signal) => (await all({ signal })).parts!(signal),
    fingerprint: async (signal) => (await all({ signal })).fingerprint(signal),
    open: (options) => openAll(options),
    openRange: (range, options) => openAll(options, range),
  };
  return changeable(made, (change) => {
    if (change.place !== undefined) return changedFile(open(change.place), change);
    return files(place, (path) => changed(open(path), change));
  });
}

/** @param example how it is written */
export function openBound(example: string): Bound<(path: string) => Source> {
  return aFunction(`a function that makes the source of a file, as ${example}`);
}

/** @throws OptionError where the function gives something else than a source */
export function opened(owner: string, open: (path: string) => Source, path: string): Source {
  const source = open(path);
  checkOption(`${owner}: open(${shownValue(path)})`, source, sourceBound);
  return source;
}
