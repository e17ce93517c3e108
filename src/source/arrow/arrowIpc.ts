import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { SchemaError, SourceError } from '../../errors.ts';
import type { Batch, OpenOptions, Source } from '../../types.ts';
import { checkCount } from '../checkCount.ts';
import { describeSchema } from '../hashRecords.ts';
import { createByteInput } from '../input/byteInput.ts';
import { openByteReader } from '../input/byteReader.ts';
import { type FileState, isSameState } from '../input/byteStore.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import { pickColumns } from '../pickColumns.ts';
import { rowCursor } from '../rowCursor.ts';
import { addArrowCodecs } from './arrowCodecs.ts';
import { type ArrowMessage, arrowMessages } from './arrowMessages.ts';
import { checkData } from './checkData.ts';

export interface ArrowIpcOptions {
  /**
   * Rows of a record batch; an integer, at least 1. Those of the file that have more are cut, without copying.
   * @default 65536
   */
  readonly batchRows?: number;
}

/**
 * The rows of an Arrow IPC file (Feather version 2) or stream, whichever it is, as it is or the whole of it compressed by gzip or zstd.
 *
 * No more than one of its record batches is held. The cursor is the number of a row; record batches before it are passed over.
 *
 * @param file its path, its address (`http:`, `https:`), `-` for standard input, a stream, or a function that gives its bytes anew each time
 * @throws OptionError where an option is out of bounds
 * @throws SchemaError when it is read: a type that Arrow for JavaScript does not know
 * @throws SourceError when it is read: no such file, cut, damaged, changed meanwhile
 * @see https://arrow.apache.org/docs/format/Columnar.html
 * @example arrowIpc('data/flights.arrow').name //=> 'arrowIpc data/flights.arrow'
 */
export function arrowIpc(file: InputPlace, { batchRows = 65_536 }: ArrowIpcOptions = {}): Source {
  checkCount('arrowIpc: batchRows', batchRows);
  const input = createByteInput(file, { format: 'arrowIpc' });
  const { name } = input;
  addArrowCodecs();
  let known: { readonly state: FileState | undefined; readonly schema: Schema; rows?: number } | undefined;

  async function* messages(signal: AbortSignal | undefined, isLast = false): AsyncGenerator<ArrowMessage> {
    const bytes = await openByteReader(input, signal, isLast);
    try {
      yield* arrowMessages(bytes);
    } finally {
      await bytes.close();
    }
  }

  /** The columns, read anew when the file has changed. */
  async function look(signal: AbortSignal | undefined) {
    const state = await input.state(signal);
    if (known && isSameState(known.state, state)) return known;
    try {
      for await (const message of messages(signal)) {
        const schema = RecordBatchReader.from(await message.parts()).open().schema;
        // A damaged one is found now and not when columns are picked.
        pickColumns(name, schema);
        known = { state, schema };
        return known;
      }
    } catch (error) {
      throw signal?.aborted ? signal.reason : readable(name, error);
    }
    throw damaged(name, 'no schema');
  }

  async function rows(signal?: AbortSignal): Promise<number | undefined> {
    const known = await look(signal);
    // Where the rows cannot be counted without reading all, they are not.
    if (known.rows !== undefined || !input.isLocal || !(await input.plain(signal))) return known.rows;
    let rows = 0;
    try {
      for await (const message of messages(signal)) rows += message.rows;
    } catch (error) {
      throw signal?.aborted ? signal.reason : readable(name, error);
    }
    known.rows = rows;
    return rows;
  }

  async function* rowsOf({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const begin = rowCursor(name, from);
    const before = await input.state(signal);
    const pick = pickColumns(name, (await look(signal)).schema, columns);
    /** The first rows of the record batches that Arrow's reader was given and has not given back. */
    const starts: number[] = [];
    let rows = 0;
    async function* wanted(): AsyncGenerator<Uint8Array> {
      for await (const message of messages(signal, true)) {
        signal.throwIfAborted();
        const end = rows + message.rows;
        if (message.kind === 'records' && begin < end) starts.push(rows);
        if (message.kind !== 'records' || begin < end) yield* await message.parts();
        rows = end;
      }
    }
    let row = 0;
    try {
      for await (const all of await RecordBatchReader.from(wanted())) {
        // Without a record batch the reader makes one of its own, without rows.
        row = starts.shift() ?? rows;
        if (all.numRows === 0) continue;
        checkLengths(all);
        const records = pick.apply(all);
        checkColumns(records);
        // Cut as they would be without a cursor.
        for (let at = 0; at < records.numRows; at += batchRows) {
          const skip = Math.max(at, begin - row);
          const stop = Math.min(at + batchRows, records.numRows);
          if (skip >= stop) continue;
          const isWhole = skip === 0 && stop === records.numRows;
          const first = row + skip;
          const origin = { file: input.file, row: (at: number) => first + at };
          yield { records: isWhole ? records : records.slice(skip, stop), cursor: first, origin };
          signal.throwIfAborted();
        }
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      await input.assertUnchanged(before, signal, error);
      throw readable(`${name}, from row ${row}`, error);
    }
    // Of a cursor beyond the end it is known only there.
    if (begin > rows) rowCursor(name, from, rows);
    await input.assertUnchanged(before, signal);
  }

  return {
    name,
    once: input.once,
    schema: async (signal) => (await look(signal)).schema,
    rows,
    async fingerprint(signal) {
      const columns = describeSchema((await look(signal)).schema);
      return { format: 'arrowIpc', columns, ...(await input.fingerprint(signal)) };
    },
    open(options) {
      input.closeOnAbort(options.signal);
      return rowsOf(options);
    },
  };
}

/** @throws Error where a column has not the rows of its record batch */
function checkLengths({ data, numRows }: RecordBatch): void {
  for (const { length } of data.children)
    if (length !== numRows) throw new Error(`${length} values in ${numRows} rows`);
}

/** @throws Error where a column's buffers do not fit its rows */
function checkColumns({ data }: RecordBatch): void {
  for (const column of data.children) {
    const wrong = checkData(column);
    if (wrong) throw new Error(wrong);
  }
}

function readable(where: string, error: unknown): unknown {
  if (error instanceof SourceError || error instanceof SchemaError || !(error instanceof Error)) return error;
  if (/unrecognized|unknown type|not (yet )?(implemented|supported)/i.test(error.message)) {
    return new SchemaError({
      where,
      expected: 'columns of types that Arrow for JavaScript reads',
      received: error.message,
      cause: error,
    });
  }
  if (/codec not found/.test(error.message)) {
    return new SourceError({
      where,
      expected: 'record batches that this version of Node can decompress',
      received: 'others',
      hint: 'Zstd needs Node 22.15 or later',
      cause: error,
    });
  }
  return damaged(where, error.message, error);
}

function damaged(where: string, message: string, cause?: unknown): SourceError {
  return new SourceError({
    where,
    expected: 'a whole Arrow IPC file or stream',
    received: `one that cannot be decoded (${message})`,
    hint: 'It may be cut or damaged: write it again',
    cause,
  });
}
