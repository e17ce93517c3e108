import { Field, Schema } from 'apache-arrow';
import type { Json } from '../../json.ts';
import { shownName } from '../../options/shown.ts';
import { type ColumnNote, withNote, withNotesOfMissing } from '../columnNote.ts';
import { foreignCursor } from '../combine/foreignCursor.ts';
import { describeSchema } from '../hashRecords.ts';
import type { ByteInput } from '../input/byteInput.ts';
import { type FileState, isSameState } from '../input/byteStore.ts';
import { pickColumns } from '../pickColumns.ts';
import { rowsOfBatch } from '../rowsOfBatch.ts';
import type { Batch, Cursor, OpenOptions, Source } from '../types.ts';
import { createCells } from './cells.ts';
import { arrowType } from './columnType.ts';
import { type RecordFinder, recordBlocks } from './recordBlocks.ts';
import { createTextBatch, type TextPlace } from './textBatch.ts';
import { located, type TextColumn } from './textErrors.ts';
import type { ValueStyle } from './valueStyle.ts';

/** What reading the beginning tells. */
export interface TextLayout {
  readonly columns: readonly TextColumn[];
  readonly leftOut: ReadonlyMap<string, ColumnNote>;
  /** The offset of the first row. */
  readonly begin: number;
}

/** A format of rows as text. */
export interface TextFormat {
  readonly style: ValueStyle;
  readonly batchRows: number;
  /** The format and what in its options changes the rows. */
  readonly identity: { readonly [key: string]: Json };
  /** Reads the beginning. */
  layout(signal: AbortSignal | undefined): Promise<TextLayout>;
  /** Finds the values of columns that are wanted; each in the cell of that number. */
  finder(
    layout: TextLayout,
    columns: readonly TextColumn[],
  ): { readonly finder: RecordFinder; readonly width: number; readonly cellOf: readonly number[] };
}

/** Rows that are located at once: their bytes are still in the cache when their columns are read. */
export const blockRows = 2048;

/** A source of text: its cursor is the offset of a row's first byte in the text, decompressed and as UTF-8, and the row's number. */
export function textSource(input: ByteInput, format: TextFormat): Source {
  const { name } = input;
  const { style } = format;
  let known: { readonly state: FileState | undefined; readonly layout: TextLayout } | undefined;

  /** What the beginning tells, read anew when the file has changed. */
  async function layoutOf(signal: AbortSignal | undefined): Promise<TextLayout> {
    const state = await input.state(signal);
    if (known && isSameState(known.state, state)) return known.layout;
    const layout = await format.layout(signal).catch(async (error) => {
      throw await located(input, error);
    });
    known = { state, layout };
    return layout;
  }

  async function schema(signal?: AbortSignal): Promise<Schema> {
    return schemaOf(await layoutOf(signal));
  }

  async function* rowsOf(options: OpenOptions): AsyncGenerator<Batch> {
    const {
      signal,
      from,
      columns,
      badRows = 'throw',
      asTheyCome = false,
      tell = (line: string) => process.emitWarning(line),
    } = options;
    signal.throwIfAborted();
    const before = await input.state(signal);
    const layout = await layoutOf(signal);
    let place = placeOf(name, from, layout.begin);
    const all = schemaOf(layout);
    // Whichever columns are wanted, so that cursors are the same.
    const batchRows = rowsOfBatch(
      format.batchRows,
      all.fields.map(({ type }) => type),
    );
    const { schema } = pickColumns(name, all, columns);
    const wanted = schema.fields.map(({ name }) => layout.columns.find((column) => column.name === name)!);
    for (const { name: column, isAbsent } of wanted) {
      if (isAbsent)
        tell(`${name}: ${shownName(column)} is in none of the first rows: its values are taken to be missing`);
    }
    const { finder, width, cellOf } = format.finder(layout, wanted);
    const cells = createCells(width, Math.min(blockRows, batchRows));
    const batch = createTextBatch({ schema, columns: wanted, cellOf, style, file: input.file, badRows });
    try {
      const chunks = chunksFrom(input, place.byte, layout.begin, signal);
      const room = () => batchRows - batch.rows;
      for await (const block of recordBlocks(chunks, finder, cells, place.byte, room, badRows, asTheyCome)) {
        if (block.cells.rows > 0) batch.add(block);
        const isDue = block.cells.rows === 0 ? batch.rows > 0 : batch.rows >= batchRows;
        if (!isDue) continue;
        const { rows } = batch;
        yield batch.take(place);
        signal.throwIfAborted();
        place = { byte: block.next, row: place.row + rows };
      }
      if (batch.rows > 0) yield batch.take(place);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      await input.assertUnchanged(before, signal, error);
      throw await located(input, error);
    }
    await input.assertUnchanged(before, signal);
  }

  return {
    name,
    once: input.once,
    schema,
    // Only reading would tell.
    rows: async () => undefined,
    async fingerprint(signal) {
      const columns = describeSchema(await schema(signal));
      return { ...format.identity, columns, ...(await input.fingerprint(signal)) };
    },
    open(options) {
      input.closeOnAbort(options.signal);
      return rowsOf(options);
    },
  };
}

function schemaOf({ columns, leftOut }: TextLayout): Schema {
  const fields = columns.map(({ name, type, note }) => {
    const field = Field.new(name, arrowType(type), true);
    return note ? withNote(field, note) : field;
  });
  return withNotesOfMissing(new Schema(fields), leftOut);
}

function placeOf(name: string, from: Cursor | undefined, begin: number): TextPlace {
  if (from === undefined || from === null) return { byte: begin, row: 0 };
  const [byte, row, ...rest] = Array.isArray(from) ? (from as readonly Json[]) : [];
  if (isCount(byte) && byte >= begin && isCount(row) && rest.length === 0) return { byte, row };
  throw foreignCursor(name, from, cursorIs);
}

const cursorIs = 'the byte at which a row begins, and its number';

function isCount(json: Json | undefined): json is number {
  return typeof json === 'number' && Number.isSafeInteger(json) && json >= 0;
}

/** The chunks from a row on, checked to be one: a line ends before it. */
async function* chunksFrom(
  input: ByteInput,
  from: number,
  begin: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let isChecked = from === begin;
  for await (const chunk of input.chunks(isChecked ? from : from - 1, signal, true)) {
    if (isChecked) yield chunk;
    else {
      if (chunk[0] !== 0x0a && chunk[0] !== 0x0d) throw foreignCursor(input.name, from, cursorIs);
      isChecked = true;
      if (chunk.length > 1) yield chunk.subarray(1);
    }
  }
  if (!isChecked) throw foreignCursor(input.name, from, cursorIs);
}
