import { OptionError } from '../errors.ts';
import { shownValue } from '../options/shown.ts';
import { type HttpPlace, http, isHttpPlace } from './http/http.ts';
import type { Reading, Source, SourceChange } from './types.ts';

/**
 * A source with a change, whatever it is: see `Source.with`.
 *
 * @throws OptionError where a place is named that nothing can read
 */
export function changed(source: Source, change: SourceChange): Source {
  if (source.with) return source.with(change);
  return change.place === undefined ? source : readPlace(source.name, change);
}

/**
 * What reads the place of a change, where the source itself does not.
 *
 * @param where the source's name
 */
export function readPlace(where: string, { place, read }: SourceChange): Source {
  if (place !== undefined && read) return read(place);
  throw new OptionError({
    where,
    expected: 'a source that reads files, so that another one is read in the same way',
    received: 'one that does not',
    hint: 'Give a source of its own for it',
  });
}

/** The same of what was made of the place already, by who reads many files: it has its own way. */
export function changedFile(file: Source, change: SourceChange): Source {
  return file.with?.(change) ?? file;
}

/** How a source reads files. */
export interface FileReader<Place> {
  /** What the user calls it. */
  readonly format: string;
  /** Other formats that it reads with the same options. */
  readonly alike?: readonly string[];
  readonly file: Place;
  readonly options: object;
  /** The same reader with a change: a file, of its format or one of those, and options put over its own. */
  open(file: Place | string | HttpPlace, change: Pick<SourceChange, 'format' | 'options' | 'types'>): Source;
}

/** Gives a source that reads a file its `reading` and its `with`. */
export function changeableFile<Place>(
  made: Source,
  { format, alike = [], file, options, open }: FileReader<Place>,
): Source {
  const reading: Reading = { format, options: JSON.parse(JSON.stringify(options)) };
  return changeable({ ...made, reading }, (change) => {
    if (![undefined, format, ...alike].includes(change.format)) return readPlace(made.name, change);
    return open(change.place === undefined ? file : placeLike(change.place, file), change);
  });
}

/**
 * A place that is to be read as another one was.
 *
 * @param like where the source has read before
 */
function placeLike(place: string, like: unknown): string | HttpPlace {
  if (!isHttpPlace(like) || !/^https?:/i.test(place)) return place;
  const { headers, timeoutMs, retries } = like;
  // What is sent to one server is for no other one to see.
  const isSame = new URL(place).origin === new URL(like.url).origin;
  return http(place, { timeoutMs, retries, ...(isSame && { headers }) });
}

/**
 * Gives a source its `with`. It is not enumerable: who spreads a source into another one does something else with its rows, which a change
 * would lose.
 */
export function changeable(source: Source, change: (change: SourceChange) => Source): Source {
  return Object.defineProperty(source, 'with', { value: change });
}

/** The same of a source over another one, of whose rows it takes some or more: of another place, all rows are meant. */
export function changeableOver(made: Source, source: Source, over: (source: Source) => Source): Source {
  Object.defineProperty(made, 'reading', { enumerable: true, get: () => source.reading });
  return changeable(made, (change) => {
    const inner = changed(source, change);
    return change.place === undefined ? over(inner) : inner;
  });
}

/** The same of a source over several: another place is read as they read, who must all do so in the same way. */
export function changeableOverAll(
  made: Source,
  sources: readonly Source[],
  over: (sources: readonly Source[]) => Source,
): Source {
  Object.defineProperty(made, 'reading', {
    enumerable: true,
    get: () => {
      const [first, ...others] = sources.map(({ reading }) => reading);
      return others.every((each) => JSON.stringify(each) === JSON.stringify(first)) ? first : undefined;
    },
  });
  return changeable(made, (change) => {
    if (change.place === undefined) return over(sources.map((source) => changed(source, change)));
    return changed(theOneThatReads(made.name, sources, change), change);
  });
}

/** @throws OptionError where they read the place in different ways */
function theOneThatReads(where: string, sources: readonly Source[], { place, format, read }: SourceChange): Source {
  const able = sources.filter((source) => source.with);
  if (able.length === 0) return sources[0]!;
  // What a source over files reads with is known only when it is given one of them.
  const ways = able.map((source) => ({ source, reading: changed(source, { place, read }).reading }));
  const fitting = ways.filter(({ reading }) => format === undefined || reading?.format === format);
  const chosen = fitting.length > 0 ? fitting : ways;
  const different = new Map(chosen.map((way) => [JSON.stringify(way.reading), way]));
  if (different.size === 1) return chosen[0]!.source;
  throw new OptionError({
    where,
    expected: 'one way of reading, so that another file is read in the same way',
    received: [...different.values()].map(({ reading }) => shownReading(reading)).join('; '),
    hint: 'Give a source of its own for it',
  });
}

/**
 * A reading as messages show it, as it would be written.
 *
 * @example shownReading({ format: 'csv', options: { delimiter: ';' } }) //=> "csv { delimiter: ';' }"
 * @example shownReading({ format: 'parquet', options: {} }) //=> 'parquet'
 */
export function shownReading(reading: Reading | undefined): string {
  if (!reading) return 'a way that is not known';
  const { format, options, filters = [] } = reading;
  const shown = Object.keys(options).length > 0 ? `${format} ${shownValue(options)}` : format;
  return filters.length > 0 ? `${shown}, filtered` : shown;
}
