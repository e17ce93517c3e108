import { type Data, makeData, Utf8 } from 'apache-arrow';
import { createValidity } from '../validity.ts';
import { ABSENT, BARE, type Cells, ESCAPED, OBJECT } from './cells.ts';
import { arrowType, type ColumnType, type ListType, listOf } from './columnType.ts';
import { createFixedValues } from './fixedValues.ts';
import { createListReader } from './listReader.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

/** Reads the cells of one column, block after block, until they are taken as a column of Arrow. */
export interface ColumnReader {
  /**
   * Appends the column's values of all rows; the first row whose value is not of the type, or -1. Where it is a row, nothing is appended
   * yet: either none of it is wanted, or the row's cell is emptied and reading goes on `from` it.
   */
  read(bytes: Uint8Array, cells: Cells, column: number, from?: number): number;
  /** What was read since the last take. */
  take(): Data;
}

export function createColumnReader(type: ColumnType | ListType, style: ValueStyle): ColumnReader {
  if (listOf(type)) return createListReader(type as ListType);
  const single = type as ColumnType;
  return single === 'string' ? createStringReader(style) : createFixedReader(single, style);
}

const firstCapacity = 1024;

function createFixedReader(type: Exclude<ColumnType, 'string'>, { nulls, quotedNumbers }: ValueStyle): ColumnReader {
  // No format has days and times without quotes alone.
  const readsQuoted = quotedNumbers || type === 'date' || type === 'timestamp' || type === 'timestampUtc';
  let capacity = firstCapacity;
  let values = createFixedValues(type, capacity);
  let length = 0;
  const validity = createValidity();

  function reserve(rows: number): void {
    validity.reserve(rows);
    if (rows <= capacity) return;
    const before = values.data.buffer;
    capacity = Math.max(rows, 2 * capacity);
    values = createFixedValues(type, capacity);
    new Uint8Array(values.data.buffer).set(new Uint8Array(before));
  }

  return {
    read(bytes, { width, rows, starts, ends, kinds }, column, from = 0) {
      reserve(length + rows);
      for (let row = from, cell = from * width + column; row < rows; row++, cell += width) {
        const kind = kinds[cell]!;
        const start = starts[cell]!;
        const end = ends[cell]!;
        const isBare = kind === BARE;
        if (kind === ABSENT || ((isBare || quotedNumbers) && isOneOf(nulls, bytes, start, end))) validity.unset();
        else {
          if (kind >= ESCAPED || (!isBare && !readsQuoted)) return row;
          if (!values.read(bytes, start, end, length + row)) return row;
          validity.set(length + row);
        }
      }
      length += rows;
      return -1;
    },
    take() {
      const data = values.data.subarray(0, values.elements(length));
      // The type and its array go together; the compiler cannot know.
      const taken = makeData({ type: arrowType(type), length, ...validity.take(length), data } as never) as Data;
      values = createFixedValues(type, capacity);
      length = 0;
      return taken;
    },
  };
}

function createStringReader({ nulls, decode }: ValueStyle): ColumnReader {
  let text = new Uint8Array(8 * firstCapacity);
  let offsets = new Int32Array(firstCapacity + 1);
  let length = 0;
  let used = 0;
  const validity = createValidity();
  return {
    read(bytes, { width, rows, starts, ends, kinds }, column, from = 0) {
      validity.reserve(length + rows);
      if (length + rows >= offsets.length) offsets = grow(offsets, length + rows + 1);
      for (let row = from, cell = from * width + column; row < rows; row++, cell += width) {
        const kind = kinds[cell]!;
        const start = starts[cell]!;
        const end = ends[cell]!;
        // What stands between quotes is meant as it stands, were it nothing.
        if (kind === ABSENT || (kind === BARE && isOneOf(nulls, bytes, start, end))) validity.unset();
        else {
          if (kind >= OBJECT) return row;
          // A value is never longer than the way in which it is escaped.
          if (used + end - start > text.length) text = grow(text, used + end - start);
          if (kind === ESCAPED) {
            const written = decode(bytes, start, end, text, used);
            if (written < 0) return row;
            used += written;
          } else if (end - start < 32) for (let i = start; i < end; i++) text[used++] = bytes[i]!;
          else {
            text.set(bytes.subarray(start, end), used);
            used += end - start;
          }
          validity.set(length + row);
        }
        offsets[length + row + 1] = used;
      }
      length += rows;
      return -1;
    },
    take() {
      const taken = makeData({
        type: new Utf8(),
        length,
        ...validity.take(length),
        valueOffsets: offsets.subarray(0, length + 1),
        data: text.subarray(0, used),
      });
      text = new Uint8Array(text.length);
      offsets = new Int32Array(offsets.length);
      length = 0;
      used = 0;
      return taken;
    },
  };
}

function grow<A extends Uint8Array | Int32Array>(array: A, size: number): A {
  const larger = new (array.constructor as new (size: number) => A)(Math.max(size, array.length * 2));
  larger.set(array);
  return larger;
}
