import test from 'ava';
import { chooseThreshold } from '../../../src/train/answers/chooseThreshold.ts';

const p = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.6);
const y = Float64Array.of(0, 1, 0, 1, 1);

test('the threshold of the greatest F1 lies midway between two rows', (t) => {
  // Of 2, 3, 4 and 5 rows: 4/5, 4/6, 6/7 and 6/8. From 0.2 on there are 4, three of them hits.
  const { threshold, score, scoreAtHalf } = chooseThreshold('f1', p, y);
  t.true(Math.abs(threshold - 0.15) < 1e-12);
  t.is(score, 6 / 7);
  // One row, which is a hit: 2 / (1 + 3).
  t.is(scoreAtHalf, 0.5);
});

test('costs are weighed by what they are', (t) => {
  // False alarms cost most: from 0.4 on there is none, and one row of class 1 is missed.
  const dear = chooseThreshold({ falsePositive: 10, falseNegative: 1 }, p, y);
  t.true(Math.abs(dear.threshold - 0.35) < 1e-12);
  t.is(dear.score, 1 / 5);
  t.is(dear.scoreAtHalf, 2 / 5);
  // Misses cost most: from 0.2 on there is none, and one false alarm.
  const cheap = chooseThreshold({ falsePositive: 1, falseNegative: 10 }, p, y);
  t.true(Math.abs(cheap.threshold - 0.15) < 1e-12);
  t.is(cheap.score, 1 / 5);
});

test('where nothing should be predicted as class 1, nothing is', (t) => {
  const { threshold, score } = chooseThreshold({ falsePositive: 1, falseNegative: 0 }, p, y);
  t.true(threshold > 0.6);
  t.is(score, 0);
});

test('rows of the same probability are on the same side', (t) => {
  const { threshold, score } = chooseThreshold('f1', Float64Array.of(0.3, 0.3, 0.3), Float64Array.of(1, 0, 0));
  t.true(threshold <= 0.3);
  t.is(score, 0.5);
});

test('what the threshold scores is what rows at or above it score', (t) => {
  let state = 7;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let turn = 0; turn < 200; turn++) {
    const n = 1 + Math.floor(next() * 30);
    // Few values, so that many are equal.
    const p = Float64Array.from({ length: n }, () => Math.round(next() * 8) / 8);
    const y = Float64Array.from({ length: n }, () => Number(next() < 0.4));
    const f1Of = (threshold: number) => {
      let [hits, sum] = [0, 0];
      for (let i = 0; i < n; i++) {
        if (p[i] >= threshold) hits += y[i];
        sum += y[i] + Number(p[i] >= threshold);
      }
      return (2 * hits) / sum || 0;
    };
    const { threshold, score, scoreAtHalf } = chooseThreshold('f1', p, y);
    t.is(score, f1Of(threshold));
    t.is(scoreAtHalf, f1Of(0.5));
    // No other threshold is better, but for one above all where a row has 1.
    const others = Array.from({ length: 33 }, (_, k) => f1Of(k / 32));
    t.is(score, Math.max(...others));
  }
});
