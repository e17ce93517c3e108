import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeSnapshot } from '../../src/checkpoint/snapshotFile.ts';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  derive,
  memory,
  numeric,
  oneHot,
  train,
} from '../../src/index.ts';
import { compareDistributions } from '../../src/job/drift/compareDistributions.ts';
import { describeFeatures } from '../../src/job/drift/describeFeatures.ts';
import type { Json } from '../../src/json.ts';
import { loadModel } from '../../src/model.ts';
import { loadCheckpoint } from '../../src/operators.ts';
import { createDriftWatch } from '../../src/serve/driftWatch.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { ask, served } from './served.ts';

const rows = (count: number, shift: number) =>
  Array.from({ length: count }, (_, i) => ({
    a: i % 9 === 0 ? null : Math.sin(i) + shift,
    color: ['red', 'green', 'blue'][(i + (i % 2)) % 3]!,
    late: i % 2 === 0,
  }));

/** A model that knows how its features were distributed, as a job trains it that asks for drift. */
async function watchedModel(t: ExecutionContext) {
  const directory = await temporaryFolder(t);
  const twice = derive('twice', ['a'], (a: number | null) => (a === null ? null : 2 * a));
  const pipeline = definePipeline({
    name: 'watched',
    source: memory(rows(400, 0)),
    derive: [twice],
    features: { twice: numeric({ missing: 'mean' }), color: oneHot() },
    target: binary('late'),
    batch: 16,
    network: [dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
    epochs: 1,
    sinks: [checkpoint()],
  });
  const { signal } = new AbortController();
  const describe = (source: typeof pipeline.source, known = {}) =>
    describeFeatures(pipeline, { source, columns: ['a', 'color'], known, signal });
  const run = await train(pipeline, { directory, log() {} });
  const { tensors, state } = await loadCheckpoint(`${run.checkpoint}`);
  const training = await describe(pipeline.source);
  const path = join(directory, 'model.safetensors');
  const notes = { distributions: training as unknown as Json };
  await writeFile(path, await encodeSnapshot({ tensors, state: { ...state, notes } }));
  return { path, training, describe, load: (from: string) => loadModel(from, { derive: [twice] }) };
}

test('the drift of what is asked is that of the same rows as a table, of derived features, too', async (t) => {
  const { path, training, describe, load } = await watchedModel(t);
  const { server } = await served(t, { models: { watched: path }, load });
  const asked = rows(250, 0.5);
  for (let i = 0; i < 250; i += 50) await ask(server, '/models/watched/predict', asked.slice(i, i + 50));
  const { text } = await ask(server, '/metrics');
  const metric = (line: string) => Number(text.split(`\n${line} `)[1]?.split('\n')[0]);
  t.is(metric('millrace_feature_rows{model="watched",feature="twice"}'), 250);
  const now = 1e12;
  let second = 0;
  const model = await load(path);
  const watch = createDriftWatch(() => now + 1000 * second++);
  for (let i = 0; i < 250; i += 50) watch.add('watched', { model, version: 'v', since: 0 }, asked.slice(i, i + 50));
  const is = await describe(memory(asked), training);
  t.deepEqual(
    watch
      .report()
      .map(({ feature, rows: count, psi, ks }) => ({ feature, count, psi, ...(ks !== undefined && { ks }) })),
    Object.keys(training).map((feature) => ({
      feature,
      count: 250,
      ...compareDistributions(training[feature]!, is[feature]!),
    })),
  );
  const [twice] = watch.report();
  t.true(twice!.psi > 0.25);
  t.is(metric('millrace_feature_psi{model="watched",feature="twice"}'), twice!.psi);
  t.is(metric('millrace_feature_ks{model="watched",feature="twice"}'), twice!.ks!);
  model.close();
});

test('what is older than six hours counts no more, nor what another version was asked, nor more than a thousand rows a second', async (t) => {
  const { path, load } = await watchedModel(t);
  const model = await load(path);
  let now = 1e12;
  const watch = createDriftWatch(() => now);
  const add = (version: string, count: number) => watch.add('watched', { model, version, since: 0 }, rows(count, 0));
  for (let i = 0; i < 3; i++, now += 1000) add('v1', 1500);
  t.is(watch.report()[0]!.rows, 3000);
  now += 5.5 * 3_600_000;
  t.is(watch.report()[0]!.rows, 3000);
  now += 1_800_000;
  t.deepEqual(watch.report(), []);
  for (let i = 0; i < 2; i++, now += 1000) add('v1', 100);
  t.is(watch.report()[0]!.rows, 200);
  add('v2', 100);
  t.deepEqual(watch.report(), []);
  model.close();
});
