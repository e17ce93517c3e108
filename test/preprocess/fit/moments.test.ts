import test from 'ava';
import fc from 'fast-check';
import { createMoments } from '../../../src/preprocess/fit/moments.ts';

/** Mean and deviation in two passes, from the first value on. */
function twoPasses(values: readonly number[]) {
  const there = values.filter((value) => !Number.isNaN(value));
  const mean = there.reduce((sum, value) => sum + (value - there[0]), 0) / there.length;
  const squares = there.reduce((sum, value) => sum + (value - there[0] - mean) ** 2, 0);
  return { mean: there[0] + mean, deviation: Math.sqrt(squares / there.length) };
}

function momentsOf(parts: readonly (readonly number[])[]) {
  const moments = createMoments();
  for (const part of parts) moments.add(Float64Array.from(part));
  return moments;
}

test('are those of a few numbers by hand, without NaN', (t) => {
  // Mean 5, squares about it 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, of 8.
  const { count, mean, deviation, min, max } = momentsOf([[2, 4, Number.NaN, 4], [], [4, 5, 5, 7, 9, Number.NaN]]);
  t.deepEqual({ count, mean, deviation, min, max }, { count: 8, mean: 5, deviation: 2, min: 2, max: 9 });
});

test('do not depend on how the numbers are cut, but for the last digits', (t) => {
  const value = fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 1500 }), { minLength: 1, maxLength: 4 }), (parts) => {
      const whole = momentsOf([parts.flat()]);
      const cut = momentsOf(parts);
      t.deepEqual([cut.count, cut.min, cut.max], [whole.count, whole.min, whole.max]);
      if (whole.count === 0) return;
      const size = Math.max(Math.abs(whole.min), Math.abs(whole.max));
      t.true(Math.abs(cut.mean - whole.mean) <= 1e-14 * size);
      t.true(Math.abs(cut.deviation - whole.deviation) <= 1e-13 * size);
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('take the rows that they are given', (t) => {
  const moments = createMoments();
  moments.add(Float64Array.of(100, 1, 100, 3), Uint32Array.of(1, 3));
  t.deepEqual([moments.count, moments.mean, moments.deviation, moments.max], [2, 2, 1, 3]);
});

const n = 5000;
const cases = {
  'far from zero': (i: number) => 1e9 + Math.sin(i),
  'on the way away from where they began': (i: number) => 978_307_260_000 + 60_000 * i + Math.sin(i),
  'after a first one that is far off': (i: number) => (i === 0 ? 1e12 : Math.sin(i)),
  'small and large': (i: number) => (i % 2 ? 1e-3 : 1e8) * Math.cos(i),
  'in two places': (i: number) => (i < n / 2 ? 0 : 1e10) + Math.sin(i),
};
for (const [title, value] of Object.entries(cases)) {
  test(`keep twelve digits of numbers ${title}`, (t) => {
    const values = Array.from({ length: n }, (_, i) => value(i));
    const { mean, deviation } = momentsOf([values.slice(0, 700), values.slice(700)]);
    const expected = twoPasses(values);
    const size = Math.max(Math.abs(expected.mean), expected.deviation);
    t.true(Math.abs(mean - expected.mean) < 1e-12 * size, `${mean} ${expected.mean}`);
    t.true(Math.abs(deviation / expected.deviation - 1) < 1e-12, `${deviation} ${expected.deviation}`);
  });
}

test('have no deviation where all numbers are equal', (t) => {
  const { mean, deviation } = momentsOf([Array(1000).fill(0.1), Array(777).fill(0.1)]);
  t.deepEqual([mean, deviation], [0.1, 0]);
});

test('tell of an infinity by the range, also where it comes first', (t) => {
  t.is(momentsOf([[Number.NEGATIVE_INFINITY, 1, 2]]).min, Number.NEGATIVE_INFINITY);
  t.is(momentsOf([[Number.NaN, Number.POSITIVE_INFINITY]]).max, Number.POSITIVE_INFINITY);
  t.is(momentsOf([[1], [2, Number.POSITIVE_INFINITY]]).max, Number.POSITIVE_INFINITY);
});
