import type { EncodedBatch } from '../../src/preprocess/encode/encode.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';

/** Two words a row: a number and a target, both the number of the row. */
export const layout: RowLayout = {
  words: 2,
  width: 1,
  fields: [
    { kind: 'numbers', name: 'a', word: 0, column: 0, count: 1 },
    { kind: 'target', name: 'b', word: 1 },
  ],
};

/** Rows `first ... last` in encoded batches of `size` rows, each with its first row as cursor. */
export function encodedRows(last: number, size: number, first = 0): EncodedBatch[] {
  const batches: EncodedBatch[] = [];
  for (let at = first; at < last; at += size) {
    const n = Math.min(size, last - at);
    const words = Float32Array.from({ length: 2 * n }, (_, i) => at + (i >> 1));
    batches.push({ words, n, cursor: at });
  }
  return batches;
}

/** The option that gives windows of so many rows of `layout`. */
export function memoryFor(rows: number): number {
  return (rows * 12) / 1e6;
}
