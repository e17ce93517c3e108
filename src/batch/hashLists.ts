import { type Data, type FixedSizeList, Type } from 'apache-arrow';
import { viewNumbers } from '../preprocess/readNumbers.ts';
import { hashNumber } from './hashNumber.ts';

/** Numbers of lists that are turned to float64 at once, where one list has not more. */
const ITEMS_AT_ONCE = 1 << 16;

/** 32 bits for each list of a column, of its length and its numbers in order, each mixed with those before it; anything for nulls. */
export function hashLists({ type, length, valueOffsets, children: [items] }: Data, out: Int32Array): void {
  const size = type.typeId === Type.FixedSizeList ? (type as FixedSizeList).listSize : undefined;
  const startOf = (row: number) => (size === undefined ? Number(valueOffsets[row]) : row * size);
  for (let from = 0; from < length; ) {
    const first = startOf(from);
    let to = from + 1;
    while (to < length && startOf(to + 1) - first <= ITEMS_AT_ONCE) to++;
    const numbers = viewNumbers(items.slice(first, startOf(to) - first));
    const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length);
    for (let row = from; row < to; row++) {
      const [begin, end] = [startOf(row) - first, startOf(row + 1) - first];
      let hash = end - begin;
      for (let i = begin; i < end; i++) hash = hashNumber(halves, i, hash);
      out[row] = hash;
    }
    from = to;
  }
}
