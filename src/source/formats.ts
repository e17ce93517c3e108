import { basename } from 'node:path';
import { OptionError } from '../errors.ts';
import { arrowIpc } from './arrow/arrowIpc.ts';
import { parquet } from './parquet/parquet.ts';
import { csv } from './text/csv.ts';
import { jsonLines } from './text/jsonLines.ts';
import { tsv } from './text/tsv.ts';
import type { Source } from './types.ts';

/** A format of files, as `--format` names it. */
export type FormatName = 'parquet' | 'csv' | 'tsv' | 'jsonLines' | 'arrowIpc';

interface Format {
  /** What the name of a file ends in. */
  readonly endings: readonly string[];
  /** Whether the types of columns are told by what is in them. */
  readonly isText: boolean;
  open(place: string, options: object): Source;
}

export const formats: Readonly<Record<FormatName, Format>> = {
  parquet: { endings: ['.parquet'], isText: false, open: parquet },
  csv: { endings: ['.csv'], isText: true, open: csv },
  tsv: { endings: ['.tsv'], isText: true, open: tsv },
  jsonLines: { endings: ['.ndjson', '.jsonl'], isText: true, open: jsonLines },
  arrowIpc: { endings: ['.arrow', '.arrows', '.feather'], isText: false, open: arrowIpc },
};

/** Endings that say how a file of text is compressed, which its bytes say as well. */
const compressed = /\.(gz|zst)$/;

/**
 * The format that the name of a file tells; undefined where it tells none.
 *
 * @param place its path or its address
 * @example formatOf('data/2001.CSV.gz') //=> 'csv'
 */
export function formatOf(place: string): FormatName | undefined {
  const file = basename(/^https?:/i.test(place) ? place.replace(/[?#].*/, '') : place).toLowerCase();
  const ending = /\.[^.]*$/.exec(file.replace(compressed, ''))?.[0] ?? '';
  const [found] = Object.entries(formats).find(([, { endings }]) => endings.includes(ending)) ?? [];
  return found as FormatName | undefined;
}

/**
 * Reads a place by the name of its format.
 *
 * @throws OptionError where it tells none
 */
export function openPlace(place: string, format: FormatName | undefined, options: object): Source {
  if (format) return formats[format].open(place, options);
  throw new OptionError({
    where: place,
    expected: `a file ending in ${Object.values(formats)
      .flatMap(({ endings }) => endings)
      .join(', ')}`,
    received: place,
    hint: `Name its format: ${Object.keys(formats).join(', ')}`,
  });
}
