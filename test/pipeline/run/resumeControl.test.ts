import test from 'ava';
import { type Summary, train } from '../../../src/index.ts';
import control from '../control.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';

const figures = ({ parametersSha256, rows, steps, epochs, loss, validation }: Summary) => ({
  parametersSha256,
  rows,
  steps,
  epochs,
  loss,
  validation,
});

test('with accumulation, clipping, average, plateau and early stopping, a run resumed after any step ends with the same bits', async (t) => {
  const whole = await train(control, { directory: await temporaryFolder(t) });
  t.log(figures(whole));
  t.true(whole.epochs < control.epochs, 'stopped early');
  for (let step = 1; step <= whole.steps; step++) {
    const directory = await temporaryFolder(t);
    const { pipeline, signal } = stoppedAt(control, step);
    await train(pipeline, { directory, signal });
    const resumed = await train(control, { directory, resume: true });
    t.deepEqual(figures(resumed), figures(whole), `stopped after step ${step}`);
  }
});

test('a run that has stopped early is resumed to no further step', async (t) => {
  const directory = await temporaryFolder(t);
  const ended = await train(control, { directory });
  const again = await train(control, { directory, resume: true });
  t.deepEqual(figures(again), figures(ended));
});

test('more epochs than before go on from the last parameters, not from the best', async (t) => {
  const directory = await temporaryFolder(t);
  await train({ ...control, epochs: 2 }, { directory });
  const three = await train({ ...control, epochs: 3 }, { directory, resume: true });
  const atOnce = await train({ ...control, epochs: 3 }, { directory: await temporaryFolder(t) });
  t.deepEqual(figures(three), figures(atOnce));
});
