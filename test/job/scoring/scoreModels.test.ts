import test from 'ava';
import {
  adam,
  binary,
  binaryCrossEntropy,
  checkpoint,
  definePipeline,
  dense,
  memory,
  numeric,
  type Pipeline,
  relu,
  train,
} from '../../../src/index.ts';
import { scoreModels } from '../../../src/job/scoring/scoreModels.ts';
import { scoringModel } from '../../../src/job/scoring/scoringModel.ts';
import { evaluateModel, loadTrained, openEngine, randomSequence } from '../../../src/operators.ts';
import { temporaryFolder } from '../../pipeline/run.ts';

const random = randomSequence(1, 'data');

/** A label that depends on two numbers; `shop` has as many values as asked for, the first of them the most frequent. */
function rows(count: number, values: number) {
  return Array.from({ length: count }, (_, i) => {
    const a = random(4 * i) / 2 ** 31 - 1;
    const b = random(4 * i + 1) / 2 ** 31 - 1;
    const rank = Math.floor(values * (random(4 * i + 2) / 2 ** 32) ** 2);
    return { a, b, shop: `shop ${rank}`, y: a + b * b > random(4 * i + 3) / 2 ** 32 ? 1 : 0 };
  });
}

function pipelineOf(data: object[], seed: number): Pipeline {
  return definePipeline({
    name: 'shops',
    source: memory(data as never, { batchRows: 700 }),
    features: { a: numeric({ scale: 'standard' }), b: numeric({ scale: 'standard' }) },
    target: binary('y'),
    split: { validation: 0.4 },
    batch: 64,
    network: [dense(8), relu(), dense(1)],
    loss: binaryCrossEntropy(),
    optimizer: adam({ learningRate: 1e-2 }),
    sinks: [checkpoint({ everySteps: 1000 })],
    seed,
  });
}

async function twoModels(t: Parameters<typeof temporaryFolder>[0], pipeline: Pipeline) {
  const path = async (epochs: number) =>
    (await train({ ...pipeline, epochs }, { directory: await temporaryFolder(t) })).checkpoint!;
  const paths = [await path(1), await path(4)];
  const engine = openEngine();
  return { paths, models: await Promise.all(paths.map((path) => scoringModel(path, pipeline, engine))) };
}

const signal = new AbortController().signal;

test('scores models as evaluateModel does, on all held-out rows and on those of each slice', async (t) => {
  const data = rows(3000, 6);
  const pipeline = pipelineOf(data, 7);
  const { paths, models } = await twoModels(t, pipeline);
  const columns = ['a', 'b', 'shop', 'y'];
  const scored = await scoreModels(models, pipeline, {
    source: pipeline.source,
    columns,
    splits: [models[0]!.state.split!],
    slices: [{ by: 'shop' }],
    signal,
  });
  t.is(scored.length, 2);
  for (const [i, { rows: count, metrics, slices }] of scored.entries()) {
    const alike = { ...pipeline, epochs: i === 0 ? 1 : 4 };
    const whole = await evaluateModel(await loadTrained(paths[i]!, alike), 'validation');
    t.deepEqual({ rows: count, metrics }, { rows: whole.rows, metrics: whole.metrics });
    t.deepEqual(
      Object.keys(slices.shop!).sort(),
      [0, 1, 2, 3, 4, 5].map((rank) => `shop ${rank}`),
    );
    for (const [shop, slice] of Object.entries(slices.shop!)) {
      const source = memory(data.filter((row) => row.shop === shop));
      const alone = await evaluateModel(await loadTrained(paths[i]!, alike, { source }), 'validation');
      t.deepEqual(slice, { rows: alone.rows, metrics: alone.metrics }, shop);
    }
  }
  t.notDeepEqual(scored[0], scored[1]);
});

test('models are scored with the threshold and the calibration that they answer with', async (t) => {
  const declared = { threshold: 'f1', calibrate: 'platt' } as const;
  const pipeline = definePipeline({ ...pipelineOf(rows(1500, 3), 7), ...declared });
  const { checkpoint, answers } = await train(pipeline, { directory: await temporaryFolder(t) });
  const model = await scoringModel(checkpoint!, pipeline, openEngine());
  const score = { source: pipeline.source, columns: ['a', 'b', 'y'], splits: [model.state.split!], slices: [], signal };
  const [scored] = await scoreModels([model], pipeline, score);
  const whole = await evaluateModel(await loadTrained(checkpoint!, pipeline), 'validation');
  const { threshold } = answers.chosen!;
  t.deepEqual(scored?.metrics, whole.metrics);
  t.is(whole.metrics.f1, threshold!.score);
  t.not(threshold!.score, threshold!.scoreAtHalf);
});

test('the 50 values with the most rows are slices, all others together are one; only the metrics asked for', async (t) => {
  const data = rows(4000, 900);
  const pipeline = pipelineOf(data, 7);
  const { models } = await twoModels(t, pipeline);
  const scored = await scoreModels(models, pipeline, {
    source: pipeline.source,
    columns: ['a', 'b', 'shop', 'y'],
    splits: [],
    slices: [{ by: 'shop', metrics: ['auc'] }],
    signal,
  });
  for (const { rows: count, slices } of scored) {
    t.is(count, 4000);
    const entries = Object.entries(slices.shop!);
    t.is(entries.length, 51);
    const sum = entries.reduce((all, [, slice]) => all + slice.rows, 0);
    t.is(sum, 4000);
    const others = slices.shop!['(others)']!;
    t.deepEqual(Object.keys(others.metrics), ['auc']);
    const counts = new Map<string, number>();
    for (const { shop } of data) counts.set(shop, (counts.get(shop) ?? 0) + 1);
    const top = Math.max(...counts.values());
    t.is(Math.max(...entries.filter(([shop]) => shop !== '(others)').map(([, slice]) => slice.rows)), top);
    for (const [shop, slice] of entries) if (shop !== '(others)') t.is(slice.rows, counts.get(shop)!);
  }
});
