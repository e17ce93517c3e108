import { RecordBatchReader, type Schema } from 'apache-arrow';
import { freeBuffer } from '../../engine/freeBuffer.ts';
import type { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { integer, number, timerMs } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { changeableFile } from '../changed.ts';
import type { HttpPlace } from '../http/http.ts';
import { assertUnchanged, type FileState, isSameState } from '../input/byteStore.ts';
import { storeAt } from '../input/inputPlace.ts';
import { pickColumns } from '../pickColumns.ts';
import { rowCursor } from '../rowCursor.ts';
import type { Batch, ColumnRange, OpenOptions, Source } from '../types.ts';
import { type ColumnChunk, compressedChunks } from './compressedPages.ts';
import { failingColumn, isLzo } from './failingColumn.ts';
import { int96AsMicroseconds } from './int96.ts';
import { parquetBounds } from './parquetBounds.ts';
import {
  checkNotEncrypted,
  checkParquetEnds,
  parquetFingerprint,
  readParquetFooter,
  seekableState,
} from './parquetEnds.ts';
import { arrowError, damaged, failed, placeOf, tooLarge, unknownCodec } from './parquetErrors.ts';
import type { ParquetTask } from './parquetMessages.ts';
import { startParquetThread, ThreadFailure } from './parquetThread.ts';

export interface ParquetOptions {
  /**
   * Rows of a record batch; an integer, at least 1. Record batches also end where a row group does.
   * @default 65536
   */
  readonly batchRows?: number;
  /**
   * Milliseconds without progress after which decoding is given up; a positive number, at most 2147483647.
   * @default 30000
   */
  readonly timeoutMs?: number;
  /**
   * Megabytes that the decoder takes at most, in a thread of its own; a number from 16 to 4096. It holds the wanted columns of a row group
   * as they lie in the file, and decodes as much again at a time, or 32 MB.
   * @default 2048
   */
  readonly memoryMB?: number;
}

/** What the end of the file says. */
interface Footer {
  readonly schema: Schema;
  readonly rows: number;
  /** The rows of each row group. */
  readonly groupRows: readonly number[];
  readonly compressed: readonly ColumnChunk[];
  /** The encoded footer, which also holds the bounds of columns. */
  readonly bytes: Uint8Array;
  /** What the decoder is given as the end of the file. */
  readonly end: NonNullable<ParquetTask['end']>;
}

/**
 * The rows of a Parquet file, decoded in a thread of its own. Only the columns that are wanted are read.
 *
 * The cursor is the number of a row. Row groups whose statistics say that no row is in a range are passed over by `openRange`. A file that cannot be decoded costs an error, never the process.
 *
 * @param file its path, or its address (`http:`, `https:`): of that, the footer is asked for and what is needed of the row groups
 * @throws OptionError where an option is out of bounds
 * @throws SourceError when it is read: no such file, empty, cut, damaged, changed meanwhile, or the decoder makes no progress
 * @throws SchemaError when it is read, where a column is not there or of a type that Arrow for JavaScript lacks
 * @see https://parquet.apache.org/docs/file-format/
 * @example parquet('data/flights.parquet').name //=> 'parquet data/flights.parquet'
 */
export function parquet(file: string | URL | HttpPlace, options: ParquetOptions = {}): Source {
  checkOptions<ParquetOptions>('parquet', options, {
    batchRows: integer({ least: 1 }),
    timeoutMs: timerMs,
    memoryMB: number({ least: 16, most: 4096 }),
  });
  const { batchRows = 65_536, timeoutMs = 30_000, memoryMB = 2048 } = options;
  const limits = { timeoutMs, memoryMB };
  const store = storeAt('parquet', file);
  const { name } = store;
  let known: { readonly state: FileState; readonly footer: Footer } | undefined;
  let printed: { readonly state: FileState; readonly fingerprint: Json } | undefined;

  /** The footer, read anew when the file has changed. */
  async function footer(signal?: AbortSignal): Promise<Footer> {
    const state = await seekableState(store, signal);
    if (!known || !isSameState(known.state, state)) {
      // Kept only when it is here: who waits for it must not be told of the abort of another.
      known = { state, footer: await readFooter(state, signal) };
    }
    return known.footer;
  }

  /** Made anew when the file has changed: a run asks for it before each epoch. */
  async function fingerprint(signal?: AbortSignal): Promise<Json> {
    const state = await seekableState(store, signal);
    // Without a version, only its bytes tell of a change.
    if (printed && state.version !== '' && isSameState(printed.state, state)) return printed.fingerprint;
    printed = { state, fingerprint: await parquetFingerprint(store, signal) };
    return printed.fingerprint;
  }

  async function readFooter({ size = 0 }: FileState, signal?: AbortSignal): Promise<Footer> {
    await checkParquetEnds(store, signal);
    const thread = await startParquetThread(store, { size }, { signal, ...limits });
    try {
      const reply = await thread.next();
      const bytes = await readParquetFooter(store, signal);
      if (reply.kind === 'error') {
        checkNotEncrypted(name, bytes);
        throw damaged(name, reply.message, 'footer');
      }
      if (reply.kind !== 'footer') throw damaged(name, `an unexpected ${reply.kind}`);
      const { schema } = RecordBatchReader.from(reply.schema).open();
      const { groupRows } = reply;
      const rows = groupRows.reduce((sum, rows) => sum + rows, 0);
      const read = int96AsMicroseconds(bytes, schema) ?? { schema, footer: bytes };
      const end = { at: size - markBytes - bytes.length, bytes: withMark(read.footer) };
      return { schema: read.schema, rows, groupRows, compressed: compressedChunks(bytes), bytes, end };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw error instanceof ThreadFailure ? failed(name, error) : arrowError(name, error);
    } finally {
      thread.end();
    }
  }

  async function* open({ signal, from, columns }: OpenOptions, range?: ColumnRange): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const before = await seekableState(store, signal);
    const { schema, rows, groupRows, compressed, bytes, end } = await footer(signal);
    const pick = pickColumns(name, schema, columns);
    const begin = rowCursor(name, from, rows);
    const task = {
      columns: columns && pick.schema.fields.map((field) => field.name),
      batchRows,
      from: begin,
      skipGroups: range && groupsOutside(bytes, range),
    };
    const file = { size: before.size ?? 0, end, compressed };
    const thread = await startParquetThread(store, { ...file, rows: task }, { signal, ...limits });
    let row = begin;

    /** The error of a decoder that has failed, with the column that it failed at. */
    async function failure(rowGroup: number | undefined, message: string): Promise<SourceError> {
      const columns = pick.schema.fields.map((field) => field.name);
      if (rowGroup === undefined || columns.length === 0) return damaged(placeOf(name, rowGroup), message);
      const from = Math.max(
        row,
        groupRows.slice(0, rowGroup).reduce((sum, rows) => sum + rows, 0),
      );
      const rows = { columns, rowGroup, rowGroups: groupRows.length, from, batchRows };
      const column = await failingColumn(store, file, rows, { signal, ...limits });
      const where = `${placeOf(name, rowGroup, column)}, from row ${from}`;
      if (column !== undefined && isLzo(bytes, rowGroup, column)) return unknownCodec(where, 'LZO');
      return damaged(where, message, column && 'pages');
    }

    try {
      for (;;) {
        const reply = await thread.next();
        if (reply.kind === 'end') break;
        if (reply.kind === 'error') {
          const where = placeOf(name, reply.rowGroup);
          if (reply.neededBytes) throw tooLarge(where, reply.neededBytes, memoryMB);
          throw await failure(reply.rowGroup, reply.message);
        }
        if (reply.kind !== 'records') throw damaged(name, `an unexpected ${reply.kind}`);
        row = reply.row;
        const { buffer } = reply.ipc;
        const all = [...RecordBatchReader.from(reply.ipc)];
        // What is copied of a dictionary's column refers to the dictionary.
        const isShared = all.length > 1 || all.some(({ dictionaries }) => dictionaries.size > 0);
        for (const records of all) {
          const picked = pickColumns(name, records.schema, columns).apply(records);
          const first = row;
          const origin = { file: store.path ?? name, row: (at: number) => first + at };
          yield { records: picked, cursor: row, origin, ...(!isShared && { release: () => freeBuffer(buffer) }) };
          row += records.numRows;
        }
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      await assertUnchanged(store, before, signal, error);
      if (!(error instanceof ThreadFailure)) throw arrowError(`${name}, from row ${row}`, error);
      throw error.stalled ? failed(name, error) : await failure(error.rowGroup, error.message);
    } finally {
      thread.end();
    }
    await assertUnchanged(store, before, signal);
  }

  const made: Source = {
    name,
    schema: async (signal) => (await footer(signal)).schema,
    rows: async (signal) => (await footer(signal)).rows,
    fingerprint,
    open: (options) => open(options),
    openRange: (range, options) => open(options, range),
  };
  return changeableFile(made, {
    format: 'parquet',
    file,
    options,
    open: (place, change) => parquet(place, { ...options, ...change.options }),
  });
}

/** The length of the footer, and the mark. */
const markBytes = 8;

function withMark(footer: Uint8Array): Uint8Array {
  return Buffer.concat([
    footer,
    Uint8Array.from(Buffer.from(Int32Array.of(footer.length).buffer)),
    Buffer.from('PAR1'),
  ]);
}

/** The numbers of row groups in which no row is in a range. */
function groupsOutside(footer: Uint8Array, { column, after, until }: ColumnRange): number[] {
  return parquetBounds(footer, column).flatMap((bounds, group) =>
    bounds && (bounds[1] <= after || bounds[0] > until) ? [group] : [],
  );
}
