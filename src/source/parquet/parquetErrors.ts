/** What is wrong with a Parquet file, in words. */
import { SchemaError, SourceError } from '../../errors.ts';
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

/** The file, and the row group where that is known. */
export function placeOf(name: string, rowGroup: number | undefined): string {
  return rowGroup === undefined ? name : `${name}, row group ${rowGroup}`;
}

export function tooLarge(where: string, bytes: number, memoryMB: number): SourceError {
  return new SourceError({
    where,
    expected: `a row group for which the decoder's ${memoryMB} MB suffice`,
    received: `one whose columns take ${Math.ceil(bytes / 1e6)} MB decompressed, more than was left`,
    hint: 'Give it more: parquet(path, { memoryMB }), or write smaller row groups',
  });
}

export function damaged(where: string, message: string): SourceError {
  return new SourceError({
    where,
    expected: 'a whole Parquet file',
    received: `one that cannot be decoded (${message.replace(/^Parquet error: /, '').trim()})`,
    hint: 'It may be cut or damaged: write it again',
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
