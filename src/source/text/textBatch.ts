import { isUtf8 } from 'node:buffer';
import { makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import { otherRows } from '../combine/otherRows.ts';
import type { BadRow, BadRowContent, Batch, OpenOptions } from '../types.ts';
import type { BadRecord } from './badRecord.ts';
import { clearRow } from './cells.ts';
import type { ColumnReader } from './columnReader.ts';
import { createColumnReader } from './createColumnReader.ts';
import type { RecordBlock } from './recordBlocks.ts';
import { badValue, notUtf8, reasonOf, type TextColumn } from './textErrors.ts';
import type { ValueStyle } from './valueStyle.ts';

/** Where a row of text stands. */
export interface TextPlace {
  /** The offset of its first byte. */
  readonly byte: number;
  /** Its number in the text, from 0. */
  readonly row: number;
}

export interface TextBatchOptions {
  readonly schema: Schema;
  readonly columns: readonly TextColumn[];
  /** The cell of each column. */
  readonly cellOf: readonly number[];
  readonly style: ValueStyle;
  /** As in `RowOrigin`. */
  readonly file: string;
  readonly badRows: NonNullable<OpenOptions['badRows']>;
}

/** Makes record batches of blocks of records. */
export interface TextBatch {
  /** Rows that were added since the last `take`, those that cannot be used among them. */
  readonly rows: number;
  /** @throws BadRecord for the first row that cannot be used, where these are not returned */
  add(block: RecordBlock): void;
  /** What was added, and begins at a place. */
  take(place: TextPlace): Batch;
}

/** A row of more bytes is cut in `refused`. */
const longestText = 1 << 16;

/**
 * A row that cannot be used keeps its place in the record batch, as a row of nulls that is not selected: the place of each row can so be
 * told from that of the first.
 */
export function createTextBatch({ schema, columns, cellOf, style, file, badRows }: TextBatchOptions): TextBatch {
  const readers = columns.map(({ type }) => createColumnReader(type, style));
  const returns = badRows === 'return';
  let rows = 0;
  let refused: {
    readonly at: number;
    readonly byte: number;
    readonly reason: string;
    readonly content: BadRowContent;
  }[] = [];
  let offsets = new Float64Array(0);

  function refuse({ bytes, cells, base }: RecordBlock, row: number, bad: BadRecord): void {
    if (!returns) {
      bad.at += base;
      throw bad;
    }
    const begin = cells.rowStarts[row]!;
    const content = contentOf(bytes, begin, cells.rowEnds[row]!);
    refused.push({ at: rows + row, byte: base + begin, reason: reasonOf(bad), content });
    clearRow(cells, row);
  }

  function checkUtf8(block: RecordBlock): void {
    const { bytes, cells } = block;
    const { rowStarts, rowEnds } = cells;
    if (isUtf8(bytes.subarray(rowStarts[0], rowEnds[cells.rows - 1]))) return;
    for (let row = 0; row < cells.rows; row++) {
      const [begin, end] = [rowStarts[row]!, rowEnds[row]!];
      if (!isUtf8(bytes.subarray(begin, end))) refuse(block, row, notUtf8(bytes, begin, end));
    }
  }

  /** All columns of a block, each to its end; a value that is not of its column's type takes its row with it. */
  function readAll(block: RecordBlock): void {
    const { bytes, cells } = block;
    for (const [i, reader] of readers.entries()) {
      const column = cellOf[i]!;
      for (let row = reader.read(bytes, cells, column); row >= 0; row = reader.read(bytes, cells, column, row)) {
        refuse(block, row, badValue(bytes, cells, row * cells.width + column, columns[i]!, style));
      }
    }
  }

  function keepOffsets({ cells, base }: RecordBlock): void {
    if (rows + cells.rows > offsets.length) {
      const larger = new Float64Array(Math.max(rows + cells.rows, 2 * offsets.length));
      larger.set(offsets);
      offsets = larger;
    }
    for (let row = 0; row < cells.rows; row++) offsets[rows + row] = base + cells.rowStarts[row]!;
  }

  return {
    get rows() {
      return rows;
    },
    add(block) {
      keepOffsets(block);
      if (block.bad) refuse(block, 0, block.bad);
      else checkUtf8(block);
      if (returns) readAll(block);
      else readUntilBad(block, readers, columns, cellOf, style);
      rows += block.cells.rows;
    },
    take({ byte, row }) {
      const children = readers.map((reader) => reader.take());
      const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
      const bytes = offsets;
      const batch: Batch = {
        records: new RecordBatch(schema, data),
        cursor: [byte, row],
        origin: { file, row: (at) => row + at, byte: (at) => bytes[at]! },
        ...(refused.length > 0 && {
          selected: otherRows(
            rows,
            refused.map(({ at }) => at),
          ),
          refused: refused
            .sort((a, b) => a.at - b.at)
            .map(({ at, byte, reason, content }): BadRow => ({ at, file, row: row + at, byte, reason, ...content })),
        }),
      };
      rows = 0;
      refused = [];
      offsets = new Float64Array(offsets.length);
      return batch;
    },
  };
}

/** @throws BadRecord for the first row, of all columns, that has a value of another type */
function readUntilBad(
  { bytes, cells, base }: RecordBlock,
  readers: readonly ColumnReader[],
  columns: readonly TextColumn[],
  cellOf: readonly number[],
  style: ValueStyle,
): void {
  let badRow = -1;
  let badColumn = -1;
  for (const [i, reader] of readers.entries()) {
    const row = reader.read(bytes, cells, cellOf[i]!);
    if (row >= 0 && (badRow < 0 || row < badRow)) [badRow, badColumn] = [row, i];
  }
  if (badRow < 0) return;
  const bad = badValue(bytes, cells, badRow * cells.width + cellOf[badColumn]!, columns[badColumn]!, style);
  bad.at += base;
  throw bad;
}

/** What stands in a record, without its line end. */
function contentOf(bytes: Uint8Array, begin: number, next: number): BadRowContent {
  let end = next;
  if (end > begin && bytes[end - 1] === 0x0a) end--;
  if (end > begin && bytes[end - 1] === 0x0d) end--;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + begin, Math.min(end - begin, longestText));
  return isUtf8(bytes.subarray(begin, end)) ? { text: text.toString() } : { base64: text.toString('base64') };
}
