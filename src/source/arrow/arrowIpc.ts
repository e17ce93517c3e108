import type { Schema } from 'apache-arrow';
import { SourceError } from '../../errors.ts';
import { integer } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { changeableFile } from '../changed.ts';
import { describeSchema } from '../hashRecords.ts';
import { createByteInput } from '../input/byteInput.ts';
import { openByteReader } from '../input/byteReader.ts';
import { type FileState, isSameState } from '../input/byteStore.ts';
import type { InputPlace } from '../input/inputPlace.ts';
import { pickColumns } from '../pickColumns.ts';
import { rowCursor } from '../rowCursor.ts';
import type { Batch, OpenOptions, Source } from '../types.ts';
import { ArrowDamage } from './arrowDamage.ts';
import { type ArrowMessage, arrowMessages } from './arrowMessages.ts';
import { createRecordsReader, type RecordsReader } from './recordsReader.ts';

/** The options of `arrowIpc`. */
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
export function arrowIpc(file: InputPlace, options: ArrowIpcOptions = {}): Source {
  checkOptions<ArrowIpcOptions>('arrowIpc', options, { batchRows: integer({ least: 1 }) });
  const { batchRows = 65_536 } = options;
  const input = createByteInput(file, { reader: 'arrowIpc' });
  const { name } = input;
  let known: { readonly state: FileState | undefined; readonly schema: Schema; rows?: number } | undefined;

  async function* messages(signal: AbortSignal | undefined, isLast = false): AsyncGenerator<ArrowMessage> {
    const bytes = await openByteReader(input, signal, isLast);
    try {
      yield* arrowMessages(bytes, name);
    } finally {
      await bytes.close();
    }
  }

  /** The columns, read anew when the file has changed. */
  async function look(signal: AbortSignal | undefined) {
    const state = await input.state(signal);
    if (known && isSameState(known.state, state)) return known;
    try {
      for await (const { metadata } of messages(signal)) {
        if (metadata.kind !== 'schema') break;
        known = { state, schema: metadata.schema };
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
      for await (const { metadata } of messages(signal)) if (metadata.kind === 'records') rows += metadata.rows;
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
    let reader: RecordsReader | undefined;
    let [row, rows] = [0, 0];
    try {
      for await (const { metadata, body } of messages(signal, true)) {
        signal.throwIfAborted();
        if (metadata.kind === 'schema') {
          reader = createRecordsReader(metadata, pickColumns(name, metadata.schema, columns));
          continue;
        }
        if (metadata.kind === 'dictionary') {
          if (reader?.wantsDictionary(metadata)) reader.addDictionary(metadata, await body());
          continue;
        }
        row = rows;
        rows += metadata.rows;
        if (!reader || rows <= begin) continue;
        const records = reader.read(metadata, await body());
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

  const made: Source = {
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
  return changeableFile(made, {
    format: 'arrowIpc',
    file,
    options,
    open: (place, change) => arrowIpc(place, { ...options, ...change.options }),
  });
}

function readable(where: string, error: unknown): unknown {
  return error instanceof ArrowDamage ? damaged(where, error.message, error) : error;
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
