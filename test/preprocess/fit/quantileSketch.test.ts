import test from 'ava';
import { createQuantileSketch } from '../../../src/preprocess/fit/quantileSketch.ts';

const shares = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1];

/** A place in an order that looks like none. */
const scattered = (i: number, n: number) => (i * 7919 + ((i * i) % 101)) % n;

test('of a few numbers quantiles are numbers of them, by rank, and NaN is left out', (t) => {
  const sketch = createQuantileSketch();
  sketch.add(Float64Array.of(5, Number.NaN, 1, 3));
  sketch.add(Float64Array.of(9, 2, 4), Uint32Array.of(1, 2));
  t.is(sketch.count, 5);
  // 1, 2, 3, 4, 5: rank 0, 1, 2, 3 and 4.
  t.deepEqual(sketch.quantiles([0, 0.25, 0.5, 0.75, 1]), [1, 2, 3, 4, 5]);
});

test('of no numbers they are NaN', (t) => {
  const sketch = createQuantileSketch();
  sketch.add(Float64Array.of(Number.NaN));
  t.deepEqual(sketch.quantiles([0.5]), [Number.NaN]);
});

for (const [order, at] of Object.entries({
  ascending: (i: number) => i,
  descending: (i: number, n: number) => n - 1 - i,
  scattered,
})) {
  test(`ranks of a million ${order} numbers are off by less than the bound`, (t) => {
    const n = 1_000_003;
    const sketch = createQuantileSketch();
    const part = new Float64Array(4093);
    for (let begin = 0; begin < n; begin += part.length) {
      const length = Math.min(part.length, n - begin);
      for (let i = 0; i < length; i++) part[i] = at(begin + i, n);
      sketch.add(part.subarray(0, length));
    }
    t.is(sketch.count, n);
    // Seven levels, each off by n / 8192 at the most.
    for (const [k, value] of sketch.quantiles(shares).entries()) {
      const off = Math.abs(value - shares[k] * (n - 1)) / n;
      t.true(off < 7 / 8192, `${shares[k]}: ${off}`);
    }
  });
}

test('the same numbers give the same quantiles however they are cut', (t) => {
  const values = Float64Array.from({ length: 60_000 }, (_, i) => scattered(i, 60_000));
  const whole = createQuantileSketch();
  whole.add(values);
  const cut = createQuantileSketch();
  for (let begin = 0; begin < values.length; begin += 997) cut.add(values.subarray(begin, begin + 997));
  t.deepEqual(cut.quantiles(shares), whole.quantiles(shares));
});
