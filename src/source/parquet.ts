import { createHash } from 'node:crypto';
import { open as openFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { RecordBatchReader, type Schema } from 'apache-arrow';
import { OptionError, SchemaError, SourceError } from '../errors.ts';
import type { Batch, Json, OpenOptions, Source } from '../types.ts';
import { startParquetThread, ThreadFailure } from './parquetThread.ts';
import { pickColumns } from './pickColumns.ts';
import { rowCursor } from './rowCursor.ts';

export interface ParquetOptions {
  /**
   * Rows of a record batch; an integer, at least 1. Record batches also end where a row group does.
   * @default 65536
   */
  readonly batchRows?: number;
  /**
   * Milliseconds without progress after which decoding is given up; a positive number.
   * @default 30000
   */
  readonly timeoutMs?: number;
}

/** What the end of the file says. */
interface Footer {
  readonly schema: Schema;
  readonly rows: number;
}

/** Tells two states of a file apart, as far as can be told without reading it. */
interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * The rows of a Parquet file, decoded in a thread of its own. Only the columns that are wanted are read.
 *
 * The cursor is the number of a row. A file that cannot be decoded costs an error, never the process.
 *
 * @param file its path, or a `file:` URL
 * @throws OptionError where an option is out of bounds
 * @throws SourceError when it is read: no such file, empty, cut, damaged, changed meanwhile
 * @see https://parquet.apache.org/docs/file-format/
 * @example parquet('data/flights.parquet').name //=> 'parquet data/flights.parquet'
 */
export function parquet(file: string | URL, { batchRows = 65_536, timeoutMs = 30_000 }: ParquetOptions = {}): Source {
  if (!Number.isSafeInteger(batchRows) || batchRows < 1) {
    throw new OptionError({
      where: 'parquet: batchRows',
      expected: 'an integer of at least 1',
      received: `${batchRows}`,
    });
  }
  if (!(timeoutMs > 0)) {
    throw new OptionError({ where: 'parquet: timeoutMs', expected: 'a positive number', received: `${timeoutMs}` });
  }
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  const name = `parquet ${path}`;
  let known: { readonly state: FileState; readonly footer: Footer } | undefined;

  /** The footer, read anew when the file has changed. */
  async function footer(signal?: AbortSignal): Promise<Footer> {
    const state = await fileState(name, path);
    if (known && isSame(known.state, state)) return known.footer;
    // Not shared before it is there: another reader's signal must not end this reading.
    const footer = await readFooter(signal);
    known = { state, footer };
    return footer;
  }

  async function readFooter(signal?: AbortSignal): Promise<Footer> {
    await assertMarks(name, path);
    const thread = await startParquetThread({ path }, { signal, timeoutMs });
    try {
      const reply = await thread.next();
      if (reply.kind === 'error') throw damaged(name, reply.message);
      if (reply.kind !== 'footer') throw damaged(name, `an unexpected ${reply.kind}`);
      const { schema } = RecordBatchReader.from(reply.schema).open();
      return { schema, rows: reply.groupRows.reduce((sum, rows) => sum + rows, 0) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw error instanceof ThreadFailure ? failed(name, error) : arrowError(name, error);
    } finally {
      thread.end();
    }
  }

  async function* open({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const before = await fileState(name, path);
    const { schema, rows } = await footer(signal);
    const pick = pickColumns(name, schema, columns);
    const begin = rowCursor(name, from, rows);
    const task = { columns: columns && pick.schema.fields.map((field) => field.name), batchRows, from: begin };
    const thread = await startParquetThread({ path, rows: task }, { signal, timeoutMs });
    let row = begin;
    try {
      for (;;) {
        const reply = await thread.next();
        if (reply.kind === 'end') break;
        if (reply.kind === 'error') {
          const group = reply.rowGroup === undefined ? '' : `, row group ${reply.rowGroup}`;
          throw damaged(`${name}${group}`, reply.message);
        }
        if (reply.kind !== 'records') throw damaged(name, `an unexpected ${reply.kind}`);
        for (const records of RecordBatchReader.from(reply.ipc)) {
          const picked = pickColumns(name, records.schema, columns).apply(records);
          yield { records: picked, cursor: row };
          row += records.numRows;
        }
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      await assertUnchanged(name, path, before);
      const where = `${name}, from row ${row}`;
      throw error instanceof ThreadFailure ? failed(where, error) : arrowError(where, error);
    } finally {
      thread.end();
    }
    await assertUnchanged(name, path, before);
  }

  return {
    name,
    schema: async (signal) => (await footer(signal)).schema,
    rows: async (signal) => (await footer(signal)).rows,
    fingerprint: () => fingerprint(name, path),
    open,
  };
}

/** @throws SourceError where there is no such file, or it cannot be a Parquet file */
async function fileState(name: string, path: string): Promise<FileState> {
  const file = await stat(path).catch((cause) => {
    throw unreadable(name, cause);
  });
  if (!file.isFile()) {
    const received = file.isDirectory() ? 'a folder' : 'a pipe or a device';
    throw new SourceError({ where: name, expected: 'a file', received });
  }
  // Two marks of four bytes and the length of the footer.
  if (file.size < 12) {
    const received = file.size === 0 ? 'an empty file' : `a file of ${file.size} bytes`;
    throw new SourceError({ where: name, expected: 'a Parquet file', received });
  }
  return { size: file.size, mtimeMs: file.mtimeMs };
}

/** @throws SourceError where the file does not begin and end as a Parquet file does */
async function assertMarks(name: string, path: string): Promise<void> {
  const file = await openFile(path).catch((cause) => {
    throw unreadable(name, cause);
  });
  try {
    const { size } = await file.stat();
    const mark = async (position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, Math.max(0, position));
      return buffer.toString('latin1', 0, bytesRead);
    };
    const [begin, end] = [await mark(0), await mark(size - 4)];
    if (begin === 'PARE' || end === 'PARE') {
      throw new SourceError({
        where: name,
        expected: 'a Parquet file that is not encrypted',
        received: 'an encrypted one',
        hint: 'Decrypt it into another file',
      });
    }
    if (begin !== 'PAR1') {
      const received = `one that begins with ${JSON.stringify(begin)}`;
      throw new SourceError({ where: name, expected: "a Parquet file, which begins with 'PAR1'", received });
    }
    if (end !== 'PAR1') {
      throw new SourceError({
        where: name,
        expected: "a whole Parquet file, which ends with 'PAR1'",
        received: `one of ${size} bytes without its end`,
        hint: 'It was cut, or is still being written: write it again',
      });
    }
  } finally {
    await file.close();
  }
}

function unreadable(name: string, cause: NodeJS.ErrnoException): SourceError {
  const missing = cause.code === 'ENOENT';
  return new SourceError({
    where: name,
    expected: 'a file that can be read',
    received: missing ? 'no such file' : cause.message,
    hint: missing ? 'Check the path; it is relative to the folder in which the command runs' : undefined,
    cause,
  });
}

function isSame(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}

async function assertUnchanged(name: string, path: string, before: FileState): Promise<void> {
  const now = await fileState(name, path);
  if (isSame(now, before)) return;
  throw new SourceError({
    where: name,
    expected: 'the file to stay as it is while it is read',
    received: `a file that was changed meanwhile (${before.size} bytes, now ${now.size})`,
    hint: 'Write new data to a new file',
  });
}

function failed(where: string, failure: ThreadFailure): SourceError {
  if (!failure.stalled) return damaged(where, failure.message);
  return new SourceError({
    where,
    expected: 'rows',
    received: failure.message,
    hint: 'The file may be damaged; if it is whole, give it more time: parquet(path, { timeoutMs })',
  });
}

function damaged(where: string, message: string): SourceError {
  return new SourceError({
    where,
    expected: 'a whole Parquet file',
    received: `one that cannot be decoded (${message.replace(/^Parquet error: /, '').trim()})`,
    hint: 'It may be cut or damaged: write it again',
  });
}

/** Arrow has no word of its own for a type it does not know. */
function arrowError(name: string, error: unknown): unknown {
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

/** Size, and sha256 of the first 64 kB and of the footer, which holds size and place of every column chunk; at least the last 64 kB. */
async function fingerprint(name: string, path: string): Promise<Json> {
  const { size } = await fileState(name, path);
  const file = await openFile(path).catch((cause) => {
    throw unreadable(name, cause);
  });
  try {
    const hash = createHash('sha256');
    const read = async (length: number, position: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const ends = Math.min(size, 65_536);
    const footer = 8 + (await read(4, size - 8)).readUInt32LE();
    const last = footer <= size ? Math.max(ends, footer) : ends;
    hash.update(await read(ends, 0)).update(await read(last, size - last));
    return { format: 'parquet', bytes: size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
