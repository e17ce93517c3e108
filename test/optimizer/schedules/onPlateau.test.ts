import test from 'ava';
import { scheduleLaws } from '../../../src/laws/scheduleLaws.ts';
import { adam } from '../../../src/optimizer/adam.ts';
import { onPlateau } from '../../../src/optimizer/schedules/onPlateau.ts';
import { createPlateau } from '../../../src/optimizer/schedules/plateau.ts';
import type { PlateauOptions } from '../../../src/optimizer/schedules/schedule.ts';
import { stepDecay } from '../../../src/optimizer/schedules/stepDecay.ts';
import { logLoss } from '../../../src/train/metrics/logLoss.ts';
import { rocAuc } from '../../../src/train/metrics/rocAuc.ts';
import { holdTo } from '../../holdTo.ts';

holdTo(
  test,
  scheduleLaws(() => onPlateau({ learningRate: 0.1, metric: 'auc' }), 0.1),
);

const plateauOf = (options: object) =>
  createPlateau(onPlateau({ learningRate: 1, metric: 'rmse', mode: 'min', ...options }).plateau as PlateauOptions);

test('cuts when a metric has been no better for longer than it has patience', (t) => {
  const plateau = plateauOf({ patience: 1, factor: 0.5 });
  const factors = [3, 2, 2, 2, 1, 1].map((value) => {
    plateau.observe(value);
    return plateau.factor;
  });
  t.deepEqual(factors, [1, 1, 1, 0.5, 0.5, 0.5]);
});

test('goes on from its counters after every observation', (t) => {
  const values = [3, 2, 2, 5, 2, 1, 4, 4, 4];
  const options = { patience: 1, factor: 0.5, cooldown: 1 };
  const whole = plateauOf(options);
  for (const value of values) whole.observe(value);
  for (let k = 0; k <= values.length; k++) {
    const [first, second] = [plateauOf(options), plateauOf(options)];
    for (const value of values.slice(0, k)) first.observe(value);
    second.restore(JSON.parse(JSON.stringify(first.snapshot())));
    for (const value of values.slice(k)) second.observe(value);
    t.deepEqual(second.snapshot(), whole.snapshot());
  }
});

test('takes more of an AUC for better, less of an error, and no NaN', (t) => {
  const modeOf = (metric: string) =>
    onPlateau({ learningRate: 1, metric }).knowing?.([rocAuc(), logLoss()]).plateau?.mode;
  t.deepEqual(['auc', 'logLoss', 'profit'].map(modeOf), ['max', 'min', undefined]);
  t.is(onPlateau({ learningRate: 1, metric: rocAuc() }).plateau?.mode, 'max');
  t.is(onPlateau({ learningRate: 1, metric: rocAuc(), mode: 'min' }).plateau?.mode, 'min');
  t.throws(() => createPlateau(onPlateau({ learningRate: 1, metric: 'profit' }).plateau as PlateauOptions), {
    name: 'OptionError',
    message:
      "onPlateau: mode: expected 'min' or 'max', since profit is no metric of Millrace's, got nothing. Give it, or the metric itself in place of its name.",
  });
  const plateau = plateauOf({});
  plateau.observe(Number.NaN);
  t.is(plateau.snapshot().best, null);
});

test('cuts another schedule, but not below the least', (t) => {
  const learningRate = onPlateau({
    learningRate: stepDecay({ learningRate: 0.1, everySteps: 1, factor: 0.5 }),
    metric: 'rmse',
    least: 0.02,
  });
  const optimizer = adam({ learningRate });
  t.deepEqual(
    [optimizer.learningRateAt(2), optimizer.learningRateAt(2, 0.5), optimizer.learningRateAt(9, 0.5)],
    [0.05, 0.025, 0.02],
  );
});
