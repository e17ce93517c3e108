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
  let known: { readonly state: FileState; readonly footer: Promise<Footer> } | undefined;

  /** The footer, read anew when the file has changed. */
  async function footer(signal?: AbortSignal): Promise<Footer> {
    const state = await fileState(name, path);
    if (known?.state.size !== state.size || known.state.mtimeMs !== state.mtimeMs) {
      known = { state, footer: readFooter(signal) };
    }
    try {
      return await known.footer;
    } catch (error) {
      known = undefined;
      throw error;
    }
  }

  async function readFooter(signal?: AbortSignal): Promise<Footer> {
    const thread = await startParquetThread({ path }, { signal, timeoutMs });
    try {
      const reply = await thread.next();
      if (reply.kind === 'error') throw damaged(name, reply.message);
      if (reply.kind !== 'footer') throw damaged(name, `an unexpected ${reply.kind}`);
      const { schema } = RecordBatchReader.from(reply.schema).open();
      return { schema, rows: reply.groupRows.reduce((sum, rows) => sum + rows, 0) };
    } catch (error) {
      throw error instanceof ThreadFailure ? damaged(name, error.message) : arrowError(name, error);
    } finally {
      thread.end();
    }
  }

  async function* open({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    const before = await fileState(name, path);
    const { schema, rows } = await footer(signal);
    const pick = pickColumns(name, schema, columns);
    const begin = rowCursor(name, from, rows);
    const task = { columns: pick.schema.fields.map((field) => field.name), batchRows, from: begin };
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
      throw error instanceof ThreadFailure
        ? damaged(`${name}, from row ${row}`, error.message)
        : arrowError(name, error);
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
    throw new SourceError({
      where: name,
      expected: 'a file that can be read',
      received: cause.code === 'ENOENT' ? 'no such file' : cause.message,
      hint:
        cause.code === 'ENOENT' ? 'Check the path; it is relative to the folder in which the command runs' : undefined,
      cause,
    });
  });
  if (file.isDirectory()) throw new SourceError({ where: name, expected: 'a file', received: 'a folder' });
  // Two marks of four bytes and the length of the footer.
  if (file.size < 12) {
    const received = file.size === 0 ? 'an empty file' : `a file of ${file.size} bytes`;
    throw new SourceError({ where: name, expected: 'a Parquet file', received });
  }
  return { size: file.size, mtimeMs: file.mtimeMs };
}

async function assertUnchanged(name: string, path: string, before: FileState): Promise<void> {
  const now = await fileState(name, path);
  if (now.size === before.size && now.mtimeMs === before.mtimeMs) return;
  throw new SourceError({
    where: name,
    expected: 'the file to stay as it is while it is read',
    received: `a file that was changed meanwhile (${before.size} bytes, now ${now.size})`,
    hint: 'Write new data to a new file',
  });
}

function damaged(where: string, message: string): SourceError {
  return new SourceError({
    where,
    expected: 'a whole Parquet file',
    received: `one that cannot be decoded (${message.trim()})`,
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

/** Size, and sha256 of the first and the last 64 kB: the last hold the footer, with size and place of every column chunk. */
async function fingerprint(name: string, path: string): Promise<Json> {
  const { size } = await fileState(name, path);
  const file = await openFile(path);
  try {
    const hash = createHash('sha256');
    const length = Math.min(size, 65_536);
    for (const position of [0, size - length]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { format: 'parquet', bytes: size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
