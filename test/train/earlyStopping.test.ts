import test from 'ava';
import { earlyStopping } from '../../src/train/earlyStopping.ts';

const seen = (values: readonly number[], options: object = {}) => {
  const watch = earlyStopping({ metric: 'rmse', patience: 2, ...options }).begin();
  return values.map((rmse, step) => watch.update({ step, metrics: { rmse } }));
};

test('stops after as many validations without a better one as it has patience', (t) => {
  t.deepEqual(seen([3, 2, 2, 1, 1, 4]), ['better', 'better', 'same', 'better', 'same', 'stop']);
});

test('takes for better what is better by more than minDelta, up or down as the metric is', (t) => {
  t.deepEqual(seen([3, 2.5, 2.4], { minDelta: 0.5 }), ['better', 'same', 'better']);
  const watch = earlyStopping({ metric: 'auc', patience: 1 }).begin();
  t.is(watch.update({ step: 1, metrics: { auc: 0.6 } }), 'better');
  t.is(watch.update({ step: 2, metrics: { auc: 0.7 } }), 'better');
  t.is(watch.update({ step: 3, metrics: { auc: 0.65 } }), 'stop');
  t.deepEqual(watch.snapshot(), { best: 0.7, bestStep: 2, stalled: 1 });
});

test('goes on from its counters after every validation', (t) => {
  const values = [3, 2, 2.5, 1, 1, 1];
  const stopping = earlyStopping({ metric: 'rmse', patience: 2 });
  const whole = stopping.begin();
  const verdicts = values.map((rmse, step) => whole.update({ step, metrics: { rmse } }));
  for (let k = 0; k <= values.length; k++) {
    const [first, second] = [stopping.begin(), stopping.begin()];
    const update = (watch: typeof first) => (rmse: number, step: number) => watch.update({ step, metrics: { rmse } });
    values.slice(0, k).forEach(update(first));
    second.restore(JSON.parse(JSON.stringify(first.snapshot())));
    t.is(second.stopped, first.stopped);
    t.deepEqual(
      values.slice(k).map((rmse, i) => update(second)(rmse, k + i)),
      verdicts.slice(k),
    );
    t.deepEqual(second.snapshot(), whole.snapshot());
  }
});

test('goes by the direction of a metric that it is given, and of one that only the run knows by its name', (t) => {
  const metric = { name: 'profit', better: 'higher' } as const;
  const stopping = earlyStopping({ metric: 'profit', patience: 1 });
  for (const each of [earlyStopping({ metric, patience: 1 }), stopping.knowing?.([metric]) ?? stopping]) {
    const watch = each.begin();
    t.deepEqual(each.options, { metric: 'profit', mode: 'max', patience: 1, minDelta: 0 });
    t.is(watch.update({ step: 1, metrics: { profit: 1 } }), 'better');
    t.is(watch.update({ step: 2, metrics: { profit: 2 } }), 'better');
  }
  t.throws(() => stopping.begin().update({ step: 1, metrics: { profit: 1 } }), {
    name: 'OptionError',
    message: /^earlyStopping: mode: expected 'min' or 'max', since profit is no metric of Millrace's, got nothing/,
  });
});

test('a metric that is not defined for once is no better than any', (t) => {
  const watch = earlyStopping({ metric: 'auc', patience: 3 }).begin();
  watch.update({ step: 1, metrics: { auc: 0.5, logLoss: 1 } });
  t.is(watch.update({ step: 2, metrics: { logLoss: 1 } }), 'same');
});

test('a metric that is not defined for the first rows is refused, with the reason and another one', (t) => {
  const watch = earlyStopping({ metric: 'auc' }).begin();
  const notDefined = { auc: 'all are of class 0' };
  t.throws(() => watch.update({ step: 1, rows: 20, metrics: { accuracy: 1, logLoss: 1 }, notDefined }), {
    name: 'DataError',
    message:
      'earlyStopping: metric: expected a metric that is defined for the 20 held-out rows, got auc, which is not: all are of class 0. ' +
      'Hold more rows out (split.validation), or others (split.seed), or watch logLoss.',
  });
});

test('a metric of predictions that are not finite is no better than any, at the first validation too', (t) => {
  const watch = earlyStopping({ metric: 'mse', patience: 2 }).begin();
  const notDefined = { mse: 'the predictions are not finite' };
  t.is(watch.update({ step: 1, rows: 20, metrics: {}, notDefined }), 'same');
  t.is(watch.update({ step: 2, rows: 20, metrics: {}, notDefined }), 'stop');
});

test('a metric that there is not is refused at the first validation, with those that there are', (t) => {
  const watch = earlyStopping({ metric: 'rsme' }).begin();
  t.throws(() => watch.update({ step: 1, metrics: { mse: 1, rmse: 1 } }), {
    name: 'OptionError',
    message: /^earlyStopping: metric: expected one of mse, rmse, got rsme\. Did you mean rmse/,
  });
});

test('refuses a patience of 0, and options that it does not have', (t) => {
  t.throws(() => earlyStopping({ metric: 'auc', patience: 0 }), { message: /^earlyStopping: patience: expected an/ });
  // @ts-expect-error no such option
  t.throws(() => earlyStopping({ metric: 'auc', pation: 1 }), { message: /^earlyStopping: .*pation/ });
  // @ts-expect-error no metric
  t.throws(() => earlyStopping({}), {
    message: /^earlyStopping: metric: expected the name of a metric, or a metric, got nothing/,
  });
});
