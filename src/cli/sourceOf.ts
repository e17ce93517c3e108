import { extname } from 'node:path';
import { parquet } from '../source/parquet.ts';
import type { Source } from '../types.ts';
import { UsageError } from './command.ts';

/** The formats that a file's name tells. */
const formats: Readonly<Record<string, (path: string) => Source>> = {
  '.parquet': (path) => parquet(path),
};

/**
 * The source for a file that is named on the command line.
 *
 * @throws UsageError where the file's ending is that of no format
 */
export function sourceOf(path: string): Source {
  const extension = extname(path).toLowerCase();
  const open = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (!open) throw new UsageError(`expected a file ending in ${Object.keys(formats).join(', ')}, got ${path}`);
  return open(path);
}
