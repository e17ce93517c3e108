import type { InputPlace } from '../input/inputPlace.ts';
import type { Source } from '../types.ts';
import { type CsvOptions, csvSource } from './csv.ts';

/**
 * The rows of a file of values between tabs: `csv` with the tab for a delimiter, all its options and errors.
 *
 * @param file its path, its address (`http:`, `https:`), `-` for standard input, a stream, or a function that gives its bytes anew each time
 * @throws OptionError where an option is out of bounds
 * @example tsv('data/genes.tsv').name //=> 'tsv data/genes.tsv'
 */
export function tsv(file: InputPlace, options: CsvOptions = {}): Source {
  return csvSource('tsv', file, options);
}
