import { isUtf8 } from 'node:buffer';
import { Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { DataError, SourceError } from '../errors.ts';
import type { Batch, Cursor, Json, OpenOptions, Source } from '../types.ts';
import { BadRecord } from './badRecord.ts';
import type { ByteInput } from './byteInput.ts';
import { type FileState, isSameState } from './byteStore.ts';
import { type Cells, createCells, ESCAPED, NESTED } from './cells.ts';
import { type ColumnReader, createColumnReader } from './columnReader.ts';
import { arrowType, type ColumnType } from './columnType.ts';
import { foreignCursor } from './foreignCursor.ts';
import { describeSchema } from './hashRecords.ts';
import { pickColumns } from './pickColumns.ts';
import { type RecordBlock, type RecordFinder, recordBlocks } from './recordBlocks.ts';
import type { ValueStyle } from './valueStyle.ts';

export interface TextColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** What reading the beginning tells. */
export interface TextLayout {
  readonly columns: readonly TextColumn[];
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

/** A source of text: its cursor is the offset of a row's first byte in the text, decompressed and as UTF-8. */
export function textSource(input: ByteInput, format: TextFormat): Source {
  const { name } = input;
  const { style, batchRows } = format;
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
    return schemaOf((await layoutOf(signal)).columns);
  }

  async function* open({ signal, from, columns }: OpenOptions): AsyncGenerator<Batch> {
    signal.throwIfAborted();
    const before = await input.state(signal);
    const layout = await layoutOf(signal);
    const begin = beginOf(name, from, layout.begin);
    const { schema } = pickColumns(name, schemaOf(layout.columns), columns);
    const wanted = schema.fields.map(({ name }) => layout.columns.find((column) => column.name === name)!);
    const { finder, width, cellOf } = format.finder(layout, wanted);
    const readers = wanted.map(({ type }) => createColumnReader(type, style));
    const cells = createCells(width, Math.min(blockRows, batchRows));
    let rows = 0;
    let cursor = begin;
    const take = (): Batch => {
      const children = readers.map((reader) => reader.take());
      const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
      return { records: new RecordBatch(schema, data), cursor };
    };
    try {
      const chunks = chunksFrom(input, begin, layout.begin, signal);
      for await (const block of recordBlocks(chunks, finder, cells, begin, () => batchRows - rows)) {
        readBlock(block, readers, wanted, cellOf, style.nulls.length > 0);
        rows += block.cells.rows;
        if (rows < batchRows) continue;
        yield take();
        signal.throwIfAborted();
        rows = 0;
        cursor = block.next;
      }
      if (rows > 0) yield take();
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
    open,
  };
}

function schemaOf(columns: readonly TextColumn[]): Schema {
  return new Schema(columns.map(({ name, type }) => Field.new(name, arrowType(type), true)));
}

function beginOf(name: string, from: Cursor | undefined, begin: number): number {
  if (from === undefined || from === null) return begin;
  if (typeof from === 'number' && Number.isSafeInteger(from) && from >= begin) return from;
  throw foreignCursor(name, from, 'the byte at which a row begins');
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
      if (chunk[0] !== 0x0a && chunk[0] !== 0x0d)
        throw foreignCursor(input.name, from, 'the byte at which a row begins');
      isChecked = true;
      if (chunk.length > 1) yield chunk.subarray(1);
    }
  }
  if (!isChecked) throw foreignCursor(input.name, from, 'the byte at which a row begins');
}

/** @throws BadValue for the first row that has a value of another type */
function readBlock(
  { bytes, cells, base, next }: RecordBlock,
  readers: readonly ColumnReader[],
  columns: readonly TextColumn[],
  cellOf: readonly number[],
  nulls: boolean,
): void {
  if (!isUtf8(bytes.subarray(cells.rowStarts[0], next - base))) throw notUtf8(bytes, cells, base, next - base);
  let badRow = -1;
  let badColumn = -1;
  for (const [i, reader] of readers.entries()) {
    const row = reader.read(bytes, cells, cellOf[i]!);
    if (row >= 0 && (badRow < 0 || row < badRow)) [badRow, badColumn] = [row, i];
  }
  if (badRow < 0) return;
  const cell = badRow * cells.width + cellOf[badColumn]!;
  const value = shown(bytes, cells, cell);
  throw new BadValue(base + cells.starts[cell]!, columns[badColumn]!, cells.kinds[cell]!, value, nulls);
}

/** A value that is not of its column's type, before its place in the file is known. */
class BadValue extends BadRecord {
  readonly column: string;

  /** @param nulls whether the format has words for no value */
  constructor(at: number, { name, type }: TextColumn, kind: number, value: string, nulls: boolean) {
    const received = kind === NESTED ? 'an array or an object' : JSON.stringify(value);
    const hint =
      kind === NESTED || type === 'string'
        ? undefined
        : `Give its type, as types: { ${JSON.stringify(name)}: '${wider(type, value)}' }${nulls ? `, or what stands for no value, as nulls: [${received}]` : ''}`;
    super(at, kind === ESCAPED && type === 'string' ? 'a string' : type, received, hint);
    this.column = name;
  }
}

/** The type to propose for a column of a type in which a value is not. */
function wider(type: ColumnType, value: string): ColumnType {
  if (type !== 'int64' && type !== 'int32') return 'string';
  if (!/^[-+]?[\d.]/.test(value) || Number.isNaN(Number(value))) return 'string';
  if (!/^[-+]?\d+$/.test(value)) return 'float64';
  return type === 'int32' ? 'int64' : 'string';
}

function shown(bytes: Uint8Array, { starts, ends }: Cells, cell: number): string {
  const start = starts[cell]!;
  const end = Math.min(ends[cell]!, start + 80);
  return new TextDecoder().decode(bytes.subarray(start, end)) + (end < ends[cell]! ? '...' : '');
}

function notUtf8(bytes: Uint8Array, { rows, rowStarts }: Cells, base: number, end: number): BadRecord {
  let row = 0;
  while (row + 1 < rows && isUtf8(bytes.subarray(rowStarts[row], rowStarts[row + 1]))) row++;
  return new BadRecord(
    base + rowStarts[row]!,
    'text in UTF-8',
    `bytes that are none (${JSON.stringify(new TextDecoder('latin1').decode(bytes.subarray(rowStarts[row], Math.min(end, rowStarts[row]! + 80))))})`,
    "Give the encoding, as encoding: 'latin1'",
  );
}

/** The error with its place: of a file, the line, too. */
async function located(input: ByteInput, error: unknown): Promise<unknown> {
  if (!(error instanceof BadRecord)) return error;
  const { at, expected, received, hint } = error;
  const line = input.isLocal ? `line ${await lineOf(input, at)}, ` : '';
  const where = `${input.name}, ${line}byte ${at}`;
  if (error instanceof BadValue) {
    return new DataError({ where: `${where}, column '${error.column}'`, expected, received, hint });
  }
  return new SourceError({ where, expected, received, hint });
}

/** The number of the line, from 1, that holds a byte. */
async function lineOf(input: ByteInput, byte: number): Promise<number> {
  let line = 1;
  let left = byte;
  for await (const chunk of input.chunks(0, undefined)) {
    const end = Math.min(left, chunk.length);
    for (let i = chunk.indexOf(0x0a); i >= 0 && i < end; i = chunk.indexOf(0x0a, i + 1)) line++;
    left -= end;
    if (left === 0) break;
  }
  return line;
}
