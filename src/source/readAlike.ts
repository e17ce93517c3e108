import { statSync } from 'node:fs';
import type { Json } from '../json.ts';
import { changed } from './changed.ts';
import { files } from './files/files.ts';
import { type FormatName, formatOf, openPlace } from './formats.ts';
import type { Source, TextTypes } from './types.ts';

/** How a place is to be read where it is not read as the source is. */
export interface ReadAlikeOptions {
  /**
   * The format that is there.
   * @default what its name tells; that of the source where it tells none
   */
  readonly format?: FormatName;
  /**
   * Options of the reader, put over those of the source.
   * @default none
   */
  readonly options?: { readonly [option: string]: Json };
  /**
   * The types that columns have had: see `SourceChange`.
   * @default none
   */
  readonly types?: TextTypes;
}

/**
 * The rows of another place, read as a source reads its own: by the same reader with the same options, and what the source filters out left
 * out. All rows of the place: how many the source takes, skips or repeats belongs to its own. A file of another format is read by that.
 *
 * @param place a path, an address, `-` for standard input; a pattern or a folder for the files there
 * @throws OptionError where neither the source nor the name of the file tells how to read it, or the source reads in several ways
 * @example readAlike(limit(csv('2000.csv', { delimiter: ';' }), 10), '2001.csv').reading //=> { format: 'csv', options: { delimiter: ';' } }
 * @example readAlike(csv('2000.csv', { delimiter: ';' }), '2001.parquet').name //=> 'parquet 2001.parquet'
 */
export function readAlike(source: Source, place: string, how: ReadAlikeOptions = {}): Source {
  if (isMany(place)) return files(place, (path) => readAlike(source, path, how));
  const { format = formatOf(place), options = {}, types } = how;
  const read = (place: string) => changed(openPlace(place, format, options), types ? { types } : {});
  return changed(source, { place, read, options, ...(format && { format }), ...(types && { types }) });
}

/** Whether it is a pattern or a folder. An address may have a question mark. */
export function isMany(place: string): boolean {
  if (/^https?:/i.test(place)) return false;
  if (/[*?]/.test(place)) return true;
  try {
    return statSync(place).isDirectory();
  } catch {
    // What is wrong with it is said when it is read.
    return false;
  }
}
