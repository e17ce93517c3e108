import test from 'ava';
import { takeBatchMemory } from '../../src/batch/batchMemory.ts';
import { createGatherer } from '../../src/batch/gatherer.ts';
import { SEGMENT_ROWS } from '../../src/batch/types.ts';
import { referenceEngine } from '../../src/engine/reference/reference.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';

for (const count of [1, 7, 8, 20]) {
  test(`puts a field of ${count} numbers to its columns, in the order of the window`, (t) => {
    const layout: RowLayout = {
      words: count + 2,
      width: count + 1,
      fields: [
        { kind: 'numbers', name: 'a', word: 0, column: 0, count: 1 },
        { kind: 'numbers', name: 'v', word: 1, column: 1, count },
        { kind: 'target', name: 'y', word: count + 1 },
      ],
    };
    // Word w of row r is 100 r + w.
    const segment = Float32Array.from({ length: 4 * layout.words }, (_, i) => {
      const row = Math.floor(i / layout.words);
      return 100 * row + (i % layout.words);
    });
    const memory = takeBatchMemory(referenceEngine(), layout, 3);
    const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
    const order = Uint32Array.of(3, 1, 0, 2);
    createGatherer(layout, memory).from({ layout, length: 4, segments: [segment], order, place })(1, 2);
    const row = (r: number) => Array.from({ length: layout.width }, (_, k) => 100 * r + k);
    t.deepEqual([...memory.x], [...row(1), ...row(0), ...new Array(layout.width).fill(0)]);
    t.deepEqual([...memory.y], [100 + count + 1, count + 1, 0]);
  });
}

test('gives every row its place, also past what is gathered ahead, and again from an earlier one', (t) => {
  const layout: RowLayout = {
    words: 8,
    width: 7,
    fields: [
      { kind: 'numbers', name: 'x', word: 0, column: 0, count: 7 },
      { kind: 'target', name: 'y', word: 7 },
    ],
  };
  // More than a megabyte of rows, in two segments; word w of row r is r + w / 8.
  const length = SEGMENT_ROWS + 1000;
  const words = Float32Array.from({ length: length * 8 }, (_, i) => i / 8);
  const segments = [words.subarray(0, SEGMENT_ROWS * 8), words.subarray(SEGMENT_ROWS * 8)];
  const order = Uint32Array.from({ length }, (_, i) => (i * 7919) % length);
  const size = 300;
  const memory = takeBatchMemory(referenceEngine(), layout, size);
  const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
  const copy = createGatherer(layout, memory).from({ layout, length, segments, order, place });
  const begins = Array.from({ length: Math.ceil(length / size) }, (_, i) => i * size);
  let wrong = 0;
  for (const at of [...begins, 40000, 39999, 0, length - 1]) {
    const n = Math.min(size, length - at);
    copy(at, n);
    for (let i = 0; i < n; i++) {
      const row = order[at + i];
      for (let w = 0; w < 7; w++) if (memory.x[7 * i + w] !== row + w / 8) wrong++;
      if (memory.y[i] !== row + 7 / 8) wrong++;
    }
  }
  t.is(wrong, 0);
});
