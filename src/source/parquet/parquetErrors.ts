/** What is wrong with a Parquet file, in words. */
import { SchemaError, SourceError } from '../../errors.ts';
import { shownName } from '../../options/shown.ts';
import type { ThreadFailure } from './parquetThread.ts';

/** The thread that decodes has died, or taken too long. */
export function failed(name: string, { stalled, message, rowGroup }: ThreadFailure): SourceError {
  const where = placeOf(name, rowGroup);
  if (!stalled) return damaged(where, message);
  return new SourceError({
    where,
    expected: 'rows',
    received: message,
    hint: 'The file may be damaged; if it is whole, give it more time: parquet(path, { timeoutMs })',
  });
}

/** The file, and the row group and the column where they are known. */
export function placeOf(name: string, rowGroup: number | undefined, column?: string): string {
  const group = rowGroup === undefined ? '' : `, row group ${rowGroup}`;
  return `${name}${group}${column === undefined ? '' : `, column ${shownName(column)}`}`;
}

export function tooLarge(where: string, bytes: number, memoryMB: number): SourceError {
  return new SourceError({
    where,
    expected: `a row group for which the decoder's ${memoryMB} MB suffice`,
    received: `one whose columns take ${Math.ceil(bytes / 1e6)} MB decompressed, more than was left`,
    hint: 'Give it more: parquet(path, { memoryMB }), or write smaller row groups',
  });
}

/** @param part what of it cannot be decoded, where that is known */
export function damaged(where: string, message: string, part?: string): SourceError {
  // A panic leaves no word behind.
  const reason = message
    .replace(/^Parquet error: /, '')
    .replace(/\bunreachable$/, 'the decoder gave up')
    .trim();
  const isUnknown = /not (yet )?(implemented|supported)|unsupported/i.test(reason);
  return new SourceError({
    where,
    expected: isUnknown ? 'a Parquet file of types and encodings that the decoder knows' : 'a whole Parquet file',
    received: `one ${part ? `whose ${part}` : 'that'} cannot be decoded (${reason})`,
    hint: isUnknown ? 'Write it in another way' : 'It may be cut or damaged: write it again',
  });
}

/** A codec that the decoder lacks, and at which it says nothing. */
export function unknownCodec(where: string, codec: string): SourceError {
  return new SourceError({
    where,
    expected: 'pages that are compressed by snappy, gzip, brotli, zstd or LZ4',
    received: `such by ${codec}`,
    hint: 'Write it again with one of those',
  });
}

/** Arrow has no word of its own for a type it does not know. */
export function arrowError(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || !/unrecognized|unknown|not (yet )?(implemented|supported)/i.test(error.message))
    return error;
  if (error instanceof SourceError || error instanceof SchemaError) return error;
  return new SchemaError({
    where: name,
    expected: 'columns of types that Arrow for JavaScript reads',
    received: error.message,
    cause: error,
  });
}
