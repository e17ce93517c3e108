import { readFileSync } from 'node:fs';
import test from 'ava';
import { metricLaws } from '../../../src/laws/metricLaws.ts';
import { builtInMetrics, metricNames } from '../../../src/train/metrics/metricsFor.ts';
import type { Metric } from '../../../src/train/metrics/types.ts';
import { millrace } from '../../entryPoints.ts';
import { holdTo } from '../../holdTo.ts';

interface MetricCase {
  readonly kind: 'binary' | 'classes' | 'regression';
  readonly outputs: number;
  readonly p: number[];
  readonly y: number[];
  readonly scores: Readonly<Record<string, number>>;
  readonly confusion?: number[][];
}

const goldens: { readonly cases: MetricCase[] } = JSON.parse(
  readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8'),
);
const make: Readonly<Record<string, () => Metric>> = {
  accuracy: millrace.accuracy,
  auc: millrace.rocAuc,
  brier: millrace.brier,
  calibrationError: millrace.calibrationError,
  f1: millrace.f1,
  logLoss: millrace.logLoss,
  macroF1: () => millrace.f1({ average: 'macro' }),
  macroPrecision: () => millrace.precision({ average: 'macro' }),
  macroRecall: () => millrace.recall({ average: 'macro' }),
  mae: millrace.mae,
  mse: millrace.mse,
  prAuc: millrace.prAuc,
  precision: millrace.precision,
  r2: millrace.r2,
  recall: millrace.recall,
  rmse: millrace.rmse,
  top2: () => millrace.topK(2),
  top3: () => millrace.topK(3),
};

goldens.cases.forEach(({ kind, outputs, scores, confusion, ...rows }, i) => {
  const [p, y] = [Float64Array.from(rows.p), Float64Array.from(rows.y)];
  for (const [name, expected] of Object.entries(scores)) {
    test(`${name} agrees with scikit-learn, ${kind}, case ${i}`, (t) => {
      const metric = make[name]().begin();
      metric.add(p, y, y.length, outputs);
      t.true(Math.abs(metric.result() - expected) < 1e-12, `${metric.result()}, scikit-learn ${expected}`);
    });
  }
  if (confusion) {
    test(`the confusion matrix agrees with scikit-learn, ${kind}, case ${i}`, (t) => {
      const [matrix, rest] = [millrace.confusionMatrix(), millrace.confusionMatrix()];
      matrix.add(p, y, 50, outputs);
      rest.add(p.subarray(50 * outputs), y.subarray(50), y.length - 50, outputs);
      matrix.merge(rest.state());
      t.deepEqual(matrix.counts(), confusion);
    });
  }
});

for (const kind of ['binary', 'classes', 'regression'] as const) {
  const { outputs, p, y } = goldens.cases.find((golden) => golden.kind === kind) as MetricCase;
  const rows = { outputs, p: Float64Array.from(p), y: Float64Array.from(y) };
  for (const name of metricNames(kind)) {
    holdTo(
      test,
      metricLaws(make[name](), rows).map(({ name, run }) => ({ name: `${kind} rows, ${name}`, run })),
    );
  }
}

test('an evaluation merges to what it would be over all rows', (t) => {
  for (const { kind, outputs, p, y } of goldens.cases) {
    const loss = { ...millrace.meanSquaredError(), task: kind };
    const [whole, first, second] = [0, 1, 2].map(() => millrace.createEvaluation(loss, { kind }));
    const [scores, targets] = [Float64Array.from(p), Float64Array.from(y)];
    whole.add(scores, targets, y.length, outputs);
    first.add(scores, targets, 70, outputs);
    second.add(scores.subarray(70 * outputs), targets.subarray(70), y.length - 70, outputs);
    first.merge(second.state());
    const [merged, all] = [first.result(), whole.result()];
    t.is(merged.rows, all.rows);
    for (const [name, value] of Object.entries(all.metrics)) t.true(Math.abs(merged.metrics[name] - value) < 1e-12);
  }
});

test('top3 is left out where there are three classes', (t) => {
  const evaluation = millrace.createEvaluation(millrace.crossEntropy(), { kind: 'classes' });
  evaluation.add(Float64Array.of(1, 2, 3), Float64Array.of(0), 1, 3);
  t.false('top3' in evaluation.result().metrics);
});

test('each metric is known by its name, and holds to the laws for all kinds of target that it scores', (t) => {
  for (const [name, begin] of Object.entries(make)) t.is(begin().name, name);
  t.deepEqual(
    builtInMetrics.map(({ name }) => name),
    [...new Set((['binary', 'classes', 'regression'] as const).flatMap((kind) => metricNames(kind)))],
  );
});

for (const each of Object.values(make)) holdTo(test, metricLaws(each()));
