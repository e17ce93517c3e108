import test from 'ava';
import {
  clipByGlobalNorm,
  earlyStopping,
  movingAverage,
  onPlateau,
  type Pipeline,
  type Sink,
  sgd,
  train,
  type Validation,
} from '../../../src/index.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';
import small from '../small.ts';

/** Everything that counts or remembers, in one run. */
const controlled: Pipeline = {
  ...small,
  optimizer: sgd({
    learningRate: onPlateau({ learningRate: 0.3, metric: 'logLoss', patience: 2, factor: 0.5 }),
    momentum: 0.9,
  }),
  gradient: [clipByGlobalNorm(0.5)],
  accumulate: 2,
  movingAverage: movingAverage({ decay: 0.9 }),
  earlyStopping: earlyStopping({ metric: 'logLoss', patience: 4 }),
  validateEverySteps: 5,
  epochs: 40,
};

/** A sink that keeps the validations. */
function validationsOf(pipeline: Pipeline): { readonly pipeline: Pipeline; readonly seen: Validation[] } {
  const seen: Validation[] = [];
  const sink: Sink = {
    name: 'validations',
    onError: 'stop',
    open: () => ({
      write(event) {
        if (event.kind === 'validation') seen.push(event);
      },
      close() {},
    }),
  };
  return { pipeline: { ...pipeline, sinks: [...pipeline.sinks, sink] }, seen };
}

test('training stops where a metric has stopped getting better, with the parameters that were best', async (t) => {
  const { pipeline, seen } = validationsOf(controlled);
  const directory = await temporaryFolder(t);
  const summary = await train(pipeline, { directory });
  const losses = seen.map(({ metrics }) => metrics.logLoss);
  const best = losses.indexOf(Math.min(...losses));
  t.is(best, losses.length - 1 - 4, `validations ${losses}`);
  t.true(summary.epochs < 40);
  const endless = { ...controlled, epochs: Number.MAX_SAFE_INTEGER };
  const { parametersSha256 } = await train(endless, { directory: await temporaryFolder(t) });
  t.is(parametersSha256, summary.parametersSha256, 'epochs that are not run cost nothing');

  const again = validationsOf({ ...controlled, epochs: 41 });
  const resumed = await train(again.pipeline, { directory, resume: true });
  t.deepEqual(again.seen, [], 'a run that has stopped stays so');
  t.is(resumed.parametersSha256, summary.parametersSha256);

  const { pipeline: shorter, signal } = stoppedAt(controlled, seen[best].step);
  const atBest = await train(shorter, { directory: await temporaryFolder(t), signal });
  t.is(atBest.parametersSha256, summary.parametersSha256);
});

test('validations fall due within epochs and at their ends, never twice at a step', async (t) => {
  const { pipeline, seen } = validationsOf({ ...controlled, earlyStopping: false, epochs: 5, accumulate: 1 });
  const { steps } = await train(pipeline, { directory: await temporaryFolder(t) });
  const due = new Set([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55].filter((step) => step <= steps));
  for (let epoch = 1; epoch <= 5; epoch++) due.add((steps / 5) * epoch);
  t.deepEqual(
    seen.map(({ step }) => step),
    [...due].sort((a, b) => a - b),
  );
});

test('all that training counts and remembers goes on after a break at any step', async (t) => {
  const { pipeline, seen } = validationsOf(controlled);
  const whole = await train(pipeline, { directory: await temporaryFolder(t) });
  t.true(whole.steps > 10);
  for (let step = 1; step < whole.steps; step++) {
    const directory = await temporaryFolder(t);
    const stopped = validationsOf(controlled);
    const { pipeline: breaking, signal } = stoppedAt(stopped.pipeline, step);
    await train(breaking, { directory, signal });
    const rest = validationsOf(controlled);
    const resumed = await train(rest.pipeline, { directory, resume: true });
    t.is(resumed.parametersSha256, whole.parametersSha256, `stopped after step ${step}`);
    t.is(resumed.steps, whole.steps);
    t.deepEqual([...stopped.seen, ...rest.seen], seen, `validations, stopped after step ${step}`);
  }
});
