import test from 'ava';
import fc from 'fast-check';
import { distance, numbers } from '../../src/laws/numbers.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { createEvaluation, scoreOfClasses } from '../../src/train/metrics/createEvaluation.ts';
import type { Scores } from '../../src/train/metrics/rankingMetric.ts';
import { rocAuc } from '../../src/train/metrics/rocAuc.ts';
import { rmse } from '../../src/train/metrics/squaredError.ts';

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
    const metric = rocAuc().begin();
    metric.add(Float64Array.from(scores), Float64Array.from(labels), rows.length, 1);
    const expected = pairs(scores, labels);
    return Number.isNaN(expected) ? Number.isNaN(metric.result()) : near(metric.result(), expected);
  });
  t.notThrows(() => fc.assert(property, { seed: 7 }));
});

test('rocAuc is exact over more rows than its first memory holds', (t) => {
  const n = 5000;
  const metric = rocAuc().begin();
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
  const metric = rmse().begin();
  const y = Float64Array.of(1e9, 1e9 + 1, 1e9 + 2);
  metric.add(y, y, 3, 1);
  t.is(metric.result(), 0);
  t.true(near(metric.baseline?.() ?? Number.NaN, Math.sqrt(2 / 3)));
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

test('each baseline says which constant it is of', (t) => {
  const constants = (
    loss: Parameters<typeof createEvaluation>[0],
    target: Parameters<typeof createEvaluation>[1],
    y: readonly number[],
    outputs = 1,
  ) => {
    const evaluation = createEvaluation(loss, target);
    evaluation.add(new Float64Array(y.length * outputs), Float64Array.from(y), y.length, outputs);
    return evaluation.result().constants;
  };
  const binary = { kind: 'binary', classes: ['no', 'yes'] } as const;
  t.deepEqual(constants(binaryCrossEntropy(), binary, [0, 0, 0, 1]), {
    auc: 'any constant',
    prAuc: 'any constant',
    accuracy: 'always no',
    precision: 'always yes',
    recall: 'always yes',
    f1: 'always yes',
    logLoss: 'the share 0.25 of yes',
    brier: 'the share 0.25 of yes',
    calibrationError: 'the share 0.25 of yes',
  });
  const classes = { kind: 'classes', classes: ['a', 'b', 'c', 'd'] } as const;
  t.deepEqual(constants(crossEntropy(), classes, [1, 1, 1, 3, 3, 0], 4), {
    accuracy: 'always b',
    top3: 'always b, d or a',
    macroF1: 'always b',
    logLoss: 'the shares of the classes',
  });
  // In the unit of the column: y is (v - 10) / 2.
  const regression = { kind: 'regression', mean: 10, deviation: 2 } as const;
  t.deepEqual(constants(meanSquaredError(), regression, [0, 1, 5]), {
    mse: 'the mean 14',
    rmse: 'the mean 14',
    mae: 'the median 12',
    r2: 'the mean 14',
  });
});

test('of a metric that is not defined it is said what the rows lack, in the names and the unit of the target', (t) => {
  const notDefined = (
    loss: Parameters<typeof createEvaluation>[0],
    target: Parameters<typeof createEvaluation>[1],
    y: readonly number[],
    outputs = 1,
  ) => {
    const evaluation = createEvaluation(loss, target);
    evaluation.add(new Float64Array(y.length * outputs), Float64Array.from(y), y.length, outputs);
    return evaluation.result().notDefined;
  };
  const binary = { kind: 'binary', classes: ['not late', 'late'] } as const;
  const zero = "all are of class 'not late'";
  t.deepEqual(notDefined(binaryCrossEntropy(), binary, [0, 0]), { auc: zero, prAuc: zero });
  // The precision is 1 whatever the threshold.
  t.deepEqual(notDefined(binaryCrossEntropy(), binary, [1, 1]), { auc: 'all are of class late' });
  t.deepEqual(notDefined(binaryCrossEntropy(), binary, [0, 1]), {});
  const unit = { kind: 'regression', mean: 10, deviation: 2 } as const;
  t.deepEqual(notDefined(meanSquaredError(), unit, [-1, -1]), { r2: 'the target is 8 in all of them' });
  t.deepEqual(notDefined(meanSquaredError(), unit, [-1, -2]), {});
  // The best three of three say nothing of any rows.
  t.deepEqual(notDefined(crossEntropy(), { kind: 'classes' }, [1, 2], 3), {});
  t.deepEqual(notDefined(crossEntropy(), { kind: 'classes' }, [], 3), {
    accuracy: 'there are none',
    top3: 'there are none',
    macroF1: 'there are none',
    logLoss: 'there are none',
  });
  const evaluation = createEvaluation(binaryCrossEntropy(), binary, { only: ['auc', 'logLoss'] });
  evaluation.add(Float64Array.of(Number.NaN, 1), Float64Array.of(0, 1), 2, 1);
  t.deepEqual(evaluation.result().notDefined, {
    auc: 'the predictions are not finite',
    logLoss: 'the predictions are not finite',
  });
});

test('which classes there are decides whether a metric is defined, whatever is predicted', (t) => {
  const kinds = [
    [{ kind: 'binary' }, binaryCrossEntropy(), 1, 2],
    [{ kind: 'classes', classes: ['a', 'b', 'c', 'd'] }, crossEntropy(), 4, 4],
    [{ kind: 'classes', classes: ['a', 'b', 'c'] }, crossEntropy(), 3, 3],
  ] as const;
  for (const [target, loss, outputs, classes] of kinds) {
    const labels = fc.array(fc.nat(classes - 1), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(labels, fc.nat(1e6), (y, seed) => {
        const evaluation = createEvaluation(loss, target);
        evaluation.add(Float64Array.from(numbers(seed, y.length * outputs)), Float64Array.from(y), y.length, outputs);
        const { metrics, notDefined } = evaluation.result();
        const told = scoreOfClasses(target, [...new Set(y)]);
        t.deepEqual(Object.keys(metrics), Object.keys(told.metrics));
        t.deepEqual(notDefined, told.notDefined);
      }),
      { seed: 3, numRuns: 60 },
    );
  }
});

test('a wrong certainty costs a finite log loss', (t) => {
  const evaluation = createEvaluation(binaryCrossEntropy(), { kind: 'binary' });
  evaluation.add(Float32Array.of(1000), Float32Array.of(0), 1, 1);
  t.true(near(evaluation.result().metrics.logLoss, 52 * Math.LN2));
});
