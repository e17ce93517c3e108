import test from 'ava';
import {
  dense,
  memory,
  movingAverage,
  type Pipeline,
  passThrough,
  type Snapshot,
  sgd,
  type TrainOptions,
  train,
} from '../../../src/index.ts';
import { loadCheckpoint } from '../../../src/operators.ts';
import { stoppedAt, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';

/** Changes no parameter: float32 does not see so small a step. */
const still = sgd({ learningRate: 1e-30 });

const others: Pipeline = { ...small, source: memory(rows(400).slice(200)), batch: 20, epochs: 1, seed: 11 };

async function trained(t: Parameters<typeof temporaryFolder>[0], pipeline: Pipeline) {
  const { checkpoint, parametersSha256 } = await train(pipeline, { directory: await temporaryFolder(t) });
  return { path: checkpoint!, parametersSha256, snapshot: await loadCheckpoint(checkpoint!) };
}

/** Trains until after a step. */
function trainUntil(whole: Pipeline, step: number, options: TrainOptions) {
  const { pipeline, signal } = stoppedAt(whole, step);
  return train(pipeline, { ...options, signal });
}

/** The tensors whose names have a prefix and no other, in order. */
function tensorsIn({ tensors }: Snapshot, prefix: string): unknown[] {
  const names = Object.keys(tensors).filter((name) => name.startsWith(prefix) && !/\//.test(name.slice(prefix.length)));
  return names.sort().map((name) => [name.slice(prefix.length), tensors[name]]);
}

test('a warm start begins with the parameters and the frozen preprocessing of a model, moments at zero', async (t) => {
  const champion = await trained(t, small);
  const directory = await temporaryFolder(t);
  const same = await train({ ...others, optimizer: still }, { directory, warmStart: champion.path });
  t.is(same.parametersSha256, champion.parametersSha256);
  // One epoch, in windows of 75 rows.
  t.is(same.steps, 2 * Math.ceil(75 / 20) + Math.ceil((same.rows - 150) / 20));
  const { state } = await loadCheckpoint(same.checkpoint!);
  t.deepEqual(state.preprocessor, champion.snapshot.state.preprocessor);

  // After one step from zero the moments are those of one gradient, whatever the model's own were.
  const moments = async (warmStart: string) => {
    const stop = await trainUntil(others, 1, { directory: await temporaryFolder(t), warmStart });
    return tensorsIn(await loadCheckpoint(stop.checkpoint!), 'adam.m/');
  };
  t.deepEqual(await moments(champion.path), await moments(same.checkpoint!));
});

test('it begins with the moving average where the model is used with one', async (t) => {
  const averaged = await trained(t, { ...small, movingAverage: movingAverage({ decay: 0.9 }) });
  const directory = await temporaryFolder(t);
  const { checkpoint } = await train({ ...others, optimizer: still }, { directory, warmStart: averaged.path });
  const parameters = tensorsIn(await loadCheckpoint(checkpoint!), '');
  t.deepEqual(parameters, tensorsIn(averaged.snapshot, 'movingAverage/'));
  t.notDeepEqual(parameters, tensorsIn(averaged.snapshot, ''));
});

test('stopped after any step and resumed, it ends with the same bits', async (t) => {
  const { path: warmStart } = await trained(t, small);
  const whole = await train(others, { directory: await temporaryFolder(t), warmStart });
  for (let step = 1; step < whole.steps; step++) {
    const directory = await temporaryFolder(t);
    await trainUntil(others, step, { directory, warmStart });
    const resumed = await train(others, { directory, resume: true });
    t.is(resumed.parametersSha256, whole.parametersSha256, `after step ${step}`);
  }
});

test('what a program notes is in every checkpoint, over breaks too', async (t) => {
  const directory = await temporaryFolder(t);
  await trainUntil(small, 3, { directory, notes: { a: [1, 'b'] } });
  const { checkpoint } = await train(small, { directory, resume: true });
  t.deepEqual((await loadCheckpoint(checkpoint!)).state.notes, { a: [1, 'b'] });
});

test('refuses a model of other features or another network, not one that was trained in another way', async (t) => {
  const { path } = await trained(t, small);
  const { a, b, color } = small.features;
  for (const [change, message] of [
    [{ features: { a, b, color } }, /expected the pipeline that it was made by, got another \(then -> now\): features/],
    [
      { network: [...small.network, passThrough()] },
      /: network\[3\]: none -> passThrough\(\)\. Undo the change, or train without warmStart\.$/,
    ],
    [{ network: [dense(1)] }, /: network\[0\]: dense\(8\) -> none; network\[1\]: relu\(\) -> none\. /],
  ] as const) {
    const directory = await temporaryFolder(t);
    const refused = train({ ...others, ...change } as Pipeline, { directory, warmStart: path });
    await t.throwsAsync(refused, { name: 'ResumeError', message });
  }
  const missing = train(others, { directory: await temporaryFolder(t), warmStart: `${path}x` });
  await t.throwsAsync(missing, { name: 'CheckpointError' });
});
