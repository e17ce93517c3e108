import test from 'ava';
import { metricLaws } from '../../../src/laws/metricLaws.ts';
import { meanSquaredError } from '../../../src/loss/meanSquaredError.ts';
import { createEvaluation } from '../../../src/train/metrics/createEvaluation.ts';
import { metric } from '../../../src/train/metrics/metric.ts';
import { holdTo } from '../../holdTo.ts';

const within = metric({
  name: 'within1',
  better: 'higher',
  task: 'regression',
  value: (p, y) => (Math.abs(p - y) <= 1 ? 1 : 0),
});
const rootMean = metric({
  name: 'rootMean',
  better: 'lower',
  task: 'regression',
  value: (p, y) => (p - y) ** 2,
  figure: Math.sqrt,
});
const cost = metric({
  name: 'cost',
  better: 'lower',
  task: 'binary',
  value: (p, y) => (p >= 0.5 ? (y === 1 ? 0 : 1) : 5 * y),
});
const most = metric<number>({
  name: 'most',
  better: 'lower',
  task: ['binary', 'regression'],
  begin() {
    let far = Number.NaN;
    const see = (distance: number) => {
      far = Number.isNaN(far) ? distance : Math.max(far, distance);
    };
    return {
      add(p, y, n) {
        for (let i = 0; i < n; i++) see(Math.abs(p[i] - y[i]));
      },
      state: () => far,
      merge: (other) => (Number.isNaN(other) ? undefined : see(other)),
      result: () => far,
    };
  },
});

for (const each of [within, rootMean, cost, most]) holdTo(test, metricLaws(each));

test('a mean over rows is that, and what it is made into', (t) => {
  const counts = [within, rootMean].map((each) => each.begin());
  for (const each of counts) each.add(Float64Array.of(1, 2, 9), Float64Array.of(1, 3, 5), 3, 1);
  // Distances 0, 1 and 4; squares 0, 1 and 16.
  t.deepEqual(
    counts.map((each) => each.result()),
    [2 / 3, Math.sqrt(17 / 3)],
  );
});

test('the baseline is the better of some constants, and named', (t) => {
  const evaluation = createEvaluation(
    meanSquaredError(),
    { kind: 'regression' },
    { metrics: [within, rootMean, most] },
  );
  // Mean 13, median 1: two of three are within 1 of the median, none of the mean.
  evaluation.add(Float64Array.of(0, 1, 38), Float64Array.of(0, 1, 38), 3, 1);
  const { metrics, baseline, constants } = evaluation.result();
  t.is(metrics.within1, 1);
  t.is(baseline.within1, 2 / 3);
  t.is(constants.within1, 'the median 1');
  t.is(constants.rootMean, 'the mean 13');
  t.is(metrics.most, 0);
  t.false('most' in baseline || 'most' in constants);
});

test('a figure that is no number is said to be so, and one of predictions that are not finite', (t) => {
  const noNumber = metric({ name: 'noNumber', better: 'higher', task: 'regression', value: () => Number.NaN });
  const reasons = [1, Number.POSITIVE_INFINITY].map((p) => {
    const evaluation = createEvaluation(meanSquaredError(), { kind: 'regression' }, { metrics: [noNumber] });
    evaluation.add(Float64Array.of(p), Float64Array.of(0), 1, 1);
    return evaluation.result().notDefined.noNumber;
  });
  t.deepEqual(reasons, ['its figure is NaN', 'the predictions are not finite']);
});

test('refuses a direction that there is not, and a mean over classes', (t) => {
  const right = { name: 'a', better: 'higher', task: 'binary', value: () => 0 } as const;
  const refused = (changes: object) =>
    t.throws(() => metric({ ...right, ...changes }), { name: 'OptionError' })?.message;
  t.regex(refused({ better: 'max' }) ?? '', /^metric: better: expected 'higher' or 'lower', got 'max'/);
  t.regex(refused({ task: 'classes' }) ?? '', /^metric: task: expected 'binary' or 'regression', got 'classes'/);
  t.regex(refused({ name: '' }) ?? '', /^metric: name: expected the name of the metric/);
});
