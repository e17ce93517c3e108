import { type Data, type FixedSizeList, makeData } from 'apache-arrow';
import { createValidity } from '../validity.ts';
import { ABSENT, LIST } from './cells.ts';
import type { ColumnReader } from './columnReader.ts';
import { arrowType, type ListType, listOf } from './columnType.ts';
import { createFixedValues } from './fixedValues.ts';
import { eachItem, isNullItem } from './listItems.ts';
import { DOT } from './parseNumber.ts';

/** Values there is room for at first, or one list. */
const firstValues = 1024;

/** Reads lists of numbers or booleans, nulls among them, that all have the length of the type. */
export function createListReader(type: ListType): ColumnReader {
  const arrow = arrowType(type) as FixedSizeList;
  const { item, size } = listOf(type)!;
  let capacity = Math.ceil(firstValues / size);
  let values = createFixedValues(item, capacity * size, DOT);
  let length = 0;
  const validity = createValidity();
  const items = createValidity();
  /** Which values of a list are there; told of only when all of it has been read. */
  const isThere = new Uint8Array(size);

  function reserve(rows: number): void {
    validity.reserve(rows);
    items.reserve(rows * size);
    if (rows <= capacity) return;
    const before = values.data.buffer;
    capacity = Math.max(rows, 2 * capacity);
    values = createFixedValues(item, capacity * size, DOT);
    new Uint8Array(values.data.buffer).set(new Uint8Array(before));
  }

  function readList(bytes: Uint8Array, start: number, end: number, first: number): boolean {
    const count = eachItem(bytes, start, end, (begin, stop, i) => {
      if (i >= size) return false;
      isThere[i] = isNullItem(bytes, begin) ? 0 : 1;
      return isThere[i] === 0 || values.read(bytes, begin, stop, first + i);
    });
    return count === size;
  }

  return {
    read(bytes, { width, rows, starts, ends, kinds }, column, from = 0) {
      reserve(length + rows);
      for (let row = from, cell = from * width + column; row < rows; row++, cell += width) {
        const kind = kinds[cell]!;
        const first = (length + row) * size;
        if (kind === ABSENT) {
          validity.unset();
          isThere.fill(0);
        } else {
          if (kind !== LIST || !readList(bytes, starts[cell]!, ends[cell]!, first)) return row;
          validity.set(length + row);
        }
        for (let i = 0; i < size; i++) {
          if (isThere[i]) items.set(first + i);
          else items.unset();
        }
      }
      length += rows;
      return -1;
    },
    take() {
      const count = length * size;
      const data = values.data.subarray(0, values.elements(count));
      // The type and its array go together; the compiler cannot know.
      const child = makeData({ type: arrow.valueType, length: count, ...items.take(count), data } as never) as Data;
      const taken = makeData({ type: arrow, length, ...validity.take(length), child });
      values = createFixedValues(item, capacity * size, DOT);
      length = 0;
      return taken;
    },
  };
}
