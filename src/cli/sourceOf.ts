import { basename } from 'node:path';
import { arrowIpc } from '../source/arrow/arrowIpc.ts';
import { parquet } from '../source/parquet/parquet.ts';
import { csv } from '../source/text/csv.ts';
import { jsonLines } from '../source/text/jsonLines.ts';
import { tsv } from '../source/text/tsv.ts';
import type { Source } from '../types.ts';
import { UsageError } from './command.ts';

/** The formats that a file's name tells. */
const formats: Readonly<Record<string, (path: string) => Source>> = {
  '.parquet': (path) => parquet(path),
  '.csv': (path) => csv(path),
  '.tsv': (path) => tsv(path),
  '.ndjson': (path) => jsonLines(path),
  '.jsonl': (path) => jsonLines(path),
  '.arrow': (path) => arrowIpc(path),
  '.arrows': (path) => arrowIpc(path),
  '.feather': (path) => arrowIpc(path),
};

/** Endings that say how a file of text is compressed, which its bytes say as well. */
const compressed = /\.(gz|zst)$/;

/**
 * The source for a file that is named on the command line, by its path or its address.
 *
 * @throws UsageError where the file's ending is that of no format
 */
export function sourceOf(path: string): Source {
  const isAddress = /^https?:/i.test(path);
  const file = basename(isAddress ? path.replace(/[?#].*/, '') : path).toLowerCase();
  const extension = /\.[^.]*$/.exec(file.replace(compressed, ''))?.[0] ?? '';
  const open = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (!open) throw new UsageError(`expected a file ending in ${Object.keys(formats).join(', ')}, got ${path}`);
  return open(path);
}
