import test from 'ava';
import { binEdges } from '../../../src/preprocess/fit/binEdges.ts';
import { createQuantileSketch } from '../../../src/preprocess/fit/quantileSketch.ts';

function edgesOf(values: readonly number[], bins: number): number[] {
  const sketch = createQuantileSketch();
  sketch.add(Float64Array.from(values));
  return binEdges(bins, Math.min(...values), Math.max(...values), sketch);
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

test('bins hold as many numbers each', (t) => {
  t.deepEqual(edgesOf(upTo(1001), 4), [0, 250, 500, 750, 1000]);
});

test('each of few different numbers begins a bin', (t) => {
  t.deepEqual(edgesOf([3, 1, 2, 2, 1, 3, 3, 3], 32), [1, 2, 3]);
});

test('a number that fills bins has one of its own, and the others share the rest', (t) => {
  const values = [...Array<number>(9000).fill(0), ...upTo(1000).map((i) => 1 + i)];
  const edges = edgesOf(values, 11);
  t.is(edges.length, 12);
  t.is(edges[0], 0);
  t.is(edges.at(-1), 1000);
  // Ten bins share a thousand numbers; ranks are looked at 2.4 at a time.
  for (let k = 1; k < 11; k++) t.true(Math.abs(edges[k] - (1 + 100 * (k - 1))) <= 5 * k, `${edges}`);
});

test('two numbers make one bin, and one number one that begins at it', (t) => {
  t.deepEqual(edgesOf([5, 5, 9], 8), [5, 9]);
  t.deepEqual(edgesOf([5, 5], 8), [5, 10]);
  t.deepEqual(edgesOf([-2, -2], 8), [-2, 0]);
});

test('there are never more bins than asked for, and edges ascend', (t) => {
  for (const bins of [2, 3, 7, 32]) {
    for (const values of [upTo(50), upTo(1000).map((i) => i ** 3), upTo(1000).map((i) => Math.floor(i / 90))]) {
      const edges = edgesOf(values, bins);
      t.true(edges.length <= bins + 1);
      t.true(edges.every((edge, i) => i === 0 || edge > edges[i - 1]));
    }
  }
});
