import type { Json } from '../json.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { type FormatName, formats } from '../source/formats.ts';
import type { ReadAlikeOptions } from '../source/readAlike.ts';
import { UsageError } from './command.ts';

/** What the command line says of how a file is read, for `parse`. */
export const readingFlags = {
  format: { type: 'string' },
  delimiter: { type: 'string' },
  decimal: { type: 'string' },
  encoding: { type: 'string' },
  nulls: { type: 'string' },
  types: { type: 'string' },
} as const;

export const readingUsage =
  '[--format NAME] [--delimiter C] [--decimal C] [--encoding NAME] [--nulls WORD,...] [--types COLUMN=TYPE,...]';

export const readingDetails: readonly string[] = [
  'SOURCE is read as the pipeline reads its own: by the same reader with the same options, and with the types that the model',
  "was trained on. What differs is said by --format (parquet, csv, tsv, jsonLines, arrowIpc; told by the file's ending),",
  '--delimiter (\\t for tabs), --decimal, --encoding, --nulls NA,-999 (words for no value, beside nothing) and',
  '--types age=float64,zip=string.',
];

type ReadingValues = { readonly [Flag in keyof typeof readingFlags]?: string | undefined };

/**
 * How a file is read that is named on the command line, where it is not read as the pipeline's source is.
 *
 * @throws UsageError where a format is none, or a type has no column
 * @example parseReading({ delimiter: '\\t', nulls: 'NA' }) //=> { options: { delimiter: '\t', nulls: ['', 'NA'] } }
 */
export function parseReading({
  format,
  delimiter,
  nulls,
  types,
  ...others
}: ReadingValues): Omit<ReadAlikeOptions, 'types'> {
  const options: Record<string, Json> = {};
  if (delimiter !== undefined) options.delimiter = delimiter.replaceAll('\\t', '\t');
  if (nulls !== undefined) options.nulls = [...new Set(['', ...nulls.split(',')])];
  if (types !== undefined) options.types = parseTypes(types);
  for (const name of ['decimal', 'encoding'] as const) if (others[name] !== undefined) options[name] = others[name];
  return { options, ...(format !== undefined && { format: parseFormat(format) }) };
}

function parseFormat(name: string): FormatName {
  if (Object.hasOwn(formats, name)) return name as FormatName;
  const names = Object.keys(formats);
  const hint = didYouMean(name, names);
  throw new UsageError(`--format: expected one of ${names.join(', ')}, got ${name}${hint ? `. ${hint}` : ''}`);
}

/** A type alone is that of all columns. */
function parseTypes(text: string): Json {
  if (!text.includes('=')) return text;
  return Object.fromEntries(
    text.split(',').map((pair) => {
      // A name may have one, too.
      const at = pair.lastIndexOf('=');
      if (at < 1) throw new UsageError(`--types: expected COLUMN=TYPE, got ${pair}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
