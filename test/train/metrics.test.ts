import test from 'ava';
import fc from 'fast-check';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { createEvaluation } from '../../src/train/metrics/createEvaluation.ts';
import type { Metric } from '../../src/train/metrics/metric.ts';
import { rocAuc } from '../../src/train/metrics/rocAuc.ts';
import type { Scores } from '../../src/train/metrics/scoreLists.ts';
import { rmse } from '../../src/train/metrics/squaredError.ts';
import { distance, numbers } from '../network/numbers.ts';

const near = (a: number, b: number) => Math.abs(a - b) < 1e-12;

/** The definition: all pairs. */
function pairs(scores: readonly number[], labels: readonly number[]): number {
  let sum = 0;
  let count = 0;
  scores.forEach((one, i) => {
    scores.forEach((zero, j) => {
      if (labels[i] !== 1 || labels[j] !== 0) return;
      count++;
      sum += one > zero ? 1 : one === zero ? 0.5 : 0;
    });
  });
  return sum / count;
}

test('rocAuc is the share of pairs in the right order, ties counting half', (t) => {
  const row = fc.record({ score: fc.integer({ min: 0, max: 9 }), label: fc.integer({ min: 0, max: 1 }) });
  const property = fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
    const scores = rows.map(({ score }) => score / 10);
    const labels = rows.map(({ label }) => label);
    const metric = rocAuc();
    metric.add(Float64Array.from(scores), Float64Array.from(labels), rows.length, 1);
    const expected = pairs(scores, labels);
    return Number.isNaN(expected) ? Number.isNaN(metric.result()) : near(metric.result(), expected);
  });
  t.notThrows(() => fc.assert(property, { seed: 7 }));
});

test('rocAuc is exact over more rows than its first memory holds', (t) => {
  const n = 5000;
  const metric: Metric = rocAuc();
  // Scores ascend, and so do labels: every pair is in order.
  const scores = Float64Array.from({ length: n }, (_, i) => i);
  metric.add(
    scores,
    scores.map((i) => (i < n / 2 ? 0 : 1)),
    n,
    1,
  );
  t.is(metric.result(), 1);
  metric.add(Float64Array.of(Number.NaN), Float64Array.of(1), 1, 1);
  t.is(metric.result(), Number.NaN);
});

test('a binary target is scored by auc, accuracy and log loss, beside the majority', (t) => {
  const evaluation = createEvaluation(binaryCrossEntropy(), { kind: 'binary' });
  // Probabilities 1/4, 1/2, 3/4, 1/4.
  const logits = Float64Array.of(-Math.log(3), 0, Math.log(3), -Math.log(3));
  evaluation.add(logits.subarray(0, 3), Float64Array.of(0, 1, 1), 3, 1);
  evaluation.add(logits.subarray(3), Float64Array.of(1), 1, 1);
  const { rows, metrics, baseline } = evaluation.result();
  t.is(rows, 4);
  t.true(near(metrics.auc, 2.5 / 3));
  t.is(metrics.accuracy, 0.75);
  t.true(near(metrics.logLoss, -(Math.log(0.75) + Math.log(0.5) + Math.log(0.75) + Math.log(0.25)) / 4));
  t.is(baseline.auc, 0.5);
  t.is(baseline.accuracy, 0.75);
  t.true(near(baseline.logLoss, -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))));
});

test('classes are scored by accuracy and log loss', (t) => {
  const evaluation = createEvaluation(crossEntropy(), { kind: 'classes' });
  const logits = [1, 2, 5, 5, 1, 2].map(Math.log);
  evaluation.add(Float64Array.from(logits), Float64Array.of(2, 2), 2, 3);
  const { metrics, baseline } = evaluation.result();
  t.is(metrics.accuracy, 0.5);
  t.true(near(metrics.logLoss, -(Math.log(5 / 8) + Math.log(2 / 8)) / 2));
  t.deepEqual(baseline, { accuracy: 1, macroF1: 1, logLoss: 0 });
  // One of the two is taken for class 0: F1 of it is 0, of class 2 it is 2 / (1 + 2).
  t.true(near(metrics.macroF1, 1 / 3));
});

test('a regression is scored in the unit of y', (t) => {
  const target = { kind: 'regression', mean: 10, deviation: 2 } as const;
  const evaluation = createEvaluation(meanSquaredError(), target);
  // In the unit of y: predictions 10, 12, 14, 16, targets 10, 10, 14, 22.
  evaluation.add(Float64Array.of(0, 1, 2, 3), Float64Array.of(0, 0, 2, 6), 4, 1);
  const { metrics, baseline } = evaluation.result();
  t.true(near(metrics.mse, (0 + 4 + 0 + 36) / 4));
  t.true(near(metrics.rmse, Math.sqrt(10)));
  t.true(near(metrics.mae, 2));
  // The mean is 14, the squares of the distances 16 + 16 + 0 + 64 = 96.
  t.true(near(metrics.r2, 1 - 40 / 96));
  t.true(near(baseline.mse, 24));
  t.true(near(baseline.mae, 4));
  t.is(baseline.r2, 0);
});

test('metrics are the same however the rows are split', (t) => {
  const output = Float64Array.from(numbers(1, 60));
  const y = Float64Array.from(numbers(2, 60), (value) => (value > 0 ? 1 : 0));
  for (const [loss, kind] of [
    [binaryCrossEntropy(), 'binary'],
    [meanSquaredError(), 'regression'],
  ] as const) {
    const [whole, split] = [createEvaluation(loss, { kind }), createEvaluation(loss, { kind })];
    whole.add(output, y, 60, 1);
    for (const [begin, end] of [
      [0, 1],
      [1, 1],
      [1, 37],
      [37, 60],
    ]) {
      split.add(output.subarray(begin, end), y.subarray(begin, end), end - begin, 1);
    }
    const figures = (evaluation: typeof whole) => Object.values(evaluation.result().metrics);
    t.true(distance(figures(split), figures(whole)) < 1e-12);
  }
});

test('the spread of a target far from zero is not lost to rounding', (t) => {
  const metric = rmse();
  const y = Float64Array.of(1e9, 1e9 + 1, 1e9 + 2);
  metric.add(y, y, 3, 1);
  t.is(metric.result(), 0);
  t.true(near(metric.baseline(), Math.sqrt(2 / 3)));
});

test('a score takes four bytes a row of float32, and ranks rows that are certain to all digits', (t) => {
  const evaluation = createEvaluation(binaryCrossEntropy(), { kind: 'binary' });
  // All of them but the first have probability 1.
  evaluation.add(Float32Array.of(-1, 100, 200, 300), Float32Array.of(0, 0, 1, 1), 4, 1);
  const { metrics } = evaluation.result();
  t.is(metrics.auc, 1);
  t.is(metrics.prAuc, 1);
  const { ones, zeros } = evaluation.state().metrics.auc as Scores;
  t.is(ones.byteLength + zeros.byteLength, 16);
});

test('a wrong certainty costs a finite log loss', (t) => {
  const evaluation = createEvaluation(binaryCrossEntropy(), { kind: 'binary' });
  evaluation.add(Float32Array.of(1000), Float32Array.of(0), 1, 1);
  t.true(near(evaluation.result().metrics.logLoss, 52 * Math.LN2));
});
