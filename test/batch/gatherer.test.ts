import test from 'ava';
import { takeBatchMemory } from '../../src/batch/batchMemory.ts';
import { createGatherer } from '../../src/batch/gatherer.ts';
import { referenceEngine } from '../../src/engine/reference.ts';
import type { RowLayout } from '../../src/types.ts';

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
    const { memory } = takeBatchMemory(referenceEngine(), layout, 3);
    const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
    const order = Uint32Array.of(3, 1, 0, 2);
    createGatherer(layout, memory).from({ layout, length: 4, segments: [segment], order, place })(1, 2);
    const row = (r: number) => Array.from({ length: layout.width }, (_, k) => 100 * r + k);
    t.deepEqual([...memory.x], [...row(1), ...row(0), ...new Array(layout.width).fill(0)]);
    t.deepEqual([...memory.y], [100 + count + 1, count + 1, 0]);
  });
}
