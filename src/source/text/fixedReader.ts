import { type Data, makeData } from 'apache-arrow';
import { createValidity } from '../validity.ts';
import { ABSENT, BARE, ESCAPED } from './cells.ts';
import type { ColumnReader } from './columnReader.ts';
import { arrowType, type ColumnType } from './columnType.ts';
import { createFixedValues } from './fixedValues.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

/** Values there is room for at first. */
const firstCapacity = 1024;

/** Reads values of a fixed width. */
export function createFixedReader(
  type: Exclude<ColumnType, 'string'>,
  { nulls, quotedNumbers, quotedNulls, decimal }: ValueStyle,
): ColumnReader {
  const quotesAreNull = quotedNumbers || quotedNulls;
  // No format has days and times without quotes alone.
  const readsQuoted = quotedNumbers || type === 'date' || type === 'timestamp' || type === 'timestampUtc';
  let capacity = firstCapacity;
  let values = createFixedValues(type, capacity, decimal);
  let length = 0;
  const validity = createValidity();

  function reserve(rows: number): void {
    validity.reserve(rows);
    if (rows <= capacity) return;
    const before = values.data.buffer;
    capacity = Math.max(rows, 2 * capacity);
    values = createFixedValues(type, capacity, decimal);
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
        if (kind === ABSENT || ((isBare || quotesAreNull) && isOneOf(nulls, bytes, start, end))) validity.unset();
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
      values = createFixedValues(type, capacity, decimal);
      length = 0;
      return taken;
    },
  };
}
