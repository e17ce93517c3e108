import test from 'ava';
import { permutation, randomKey, randomSequence, uniform } from '../../src/engine/random.ts';

test('purposes, seeds and paths do not share numbers', (t) => {
  const firsts = [
    randomSequence(7, 'shuffle')(0),
    randomSequence(8, 'shuffle')(0),
    randomSequence(7, 'split')(0),
    randomSequence(7, 'shuffle', 0)(0),
    randomSequence(7, 'shuffle', 1)(0),
    randomSequence(7, 'shuffle', 0, 1)(0),
    randomSequence(7 + 2 ** 32, 'shuffle')(0),
  ];
  t.is(new Set(firsts).size, firsts.length);
});

test('numbers fill [0, 1) evenly', (t) => {
  let total = 0;
  for (let seed = 0; seed < 20; seed++) {
    const sequence = randomSequence(seed, 'data');
    const counts = new Float64Array(100);
    for (let i = 0; i < 20_000; i++) counts[Math.floor(uniform(sequence(i)) * 100)]++;
    total += counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  }
  const mean = total / 20;
  t.true(mean > 88 && mean < 110, `mean chi-squared ${mean}, expected 99 with a deviation of 3.1`);
});

test('a permutation holds each number once, and every place gets every number equally often', (t) => {
  const n = 8;
  const seen = new Float64Array(n * n);
  for (let k = 0; k < 8000; k++) {
    const order = permutation(randomKey(3, 'shuffle', k), n);
    t.is(new Set(order).size, n);
    order.forEach((value, place) => {
      seen[place * n + value]++;
    });
  }
  const chi2 = seen.reduce((sum, c) => sum + (c - 1000) ** 2 / 1000, 0);
  t.true(chi2 > 20 && chi2 < 90, `chi-squared ${chi2} of 49 degrees of freedom`);
});
