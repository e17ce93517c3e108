import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordBatch } from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import {
  adam,
  batchNorm,
  binary,
  binaryCrossEntropy,
  branches,
  checkpoint,
  classes,
  crossEntropy,
  cyclical,
  dayOfWeek,
  definePipeline,
  dense,
  derive,
  dropout,
  embedding,
  hourOfDay,
  meanSquaredError,
  memory,
  movingAverage,
  numeric,
  oneHot,
  type Pipeline,
  type PipelineOptions,
  prelu,
  regression,
  relu,
  residual,
  train,
  vector,
} from '../../src/index.ts';
import { createAnswers } from '../../src/model/predictions.ts';
import { type LoadModelOptions, loadModel, type Model } from '../../src/model.ts';
import { evaluateModel, loadTrained } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const day = 86_400_000;

/** Rows of every kind of column, some values missing in each. */
const rows = Array.from({ length: 300 }, (_, i) => ({
  id: `row ${i}`,
  size: i % 11 === 3 ? null : Math.sin(i) * 40,
  seen: i % 13 === 5 ? null : i % 3 === 0,
  color: i % 7 === 2 ? null : ['rot', 'grün', '蓝'][i % 3],
  city: i % 17 === 4 ? null : `city ${i % 5}`,
  at: i % 19 === 6 ? null : new Date((i - 150) * 0.37 * day),
  spots: i % 23 === 7 ? null : [Math.cos(i), i / 300],
  late: Math.sin(i) + Math.cos(5 * i) / 2 > 0,
  kind: ['a', 'b', 'c'][(i * 7) % 3],
  price: 100 + 30 * Math.sin(i),
}));

const common = {
  name: 'every-kind',
  source: memory(rows, { batchRows: 41 }),
  derive: [
    hourOfDay('at'),
    dayOfWeek('at'),
    cyclical('hour', { period: 24 }),
    derive('logSize', ['size'], (size: number) => Math.log1p(Math.abs(size))),
  ],
  features: {
    size: numeric({ missing: 'indicator' }),
    logSize: numeric({ scale: 'minMax', missing: { constant: 1 } }),
    seen: numeric({ scale: 'none' }),
    hourSin: numeric(),
    hourCos: numeric(),
    weekday: oneHot(),
    color: oneHot({ missing: 'category' }),
    city: embedding(3),
    spots: vector(2, { missing: 'mean' }),
  },
  split: { validation: 0.2 },
  batch: 32,
  network: [
    residual([dense(24), relu()]),
    dense(8),
    batchNorm(),
    prelu(),
    branches([[dense(4)], [dense(3), relu()]]),
    dropout(0.1),
    dense(1),
  ],
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 2,
  sinks: [checkpoint()],
  seed: 3,
} as const;

const binaryTarget = { ...common, target: binary('late'), loss: binaryCrossEntropy() };

async function trained(
  t: ExecutionContext,
  options: PipelineOptions,
): Promise<{ pipeline: Pipeline; directory: string }> {
  const directory = await temporaryFolder(t);
  const pipeline = definePipeline(options);
  await train(pipeline, { directory });
  return { pipeline, directory };
}

async function load(t: ExecutionContext, from: string, options: LoadModelOptions): Promise<Model> {
  const model = await loadModel(from, options);
  t.teardown(() => model.close());
  return model;
}

async function allOf(batches: AsyncIterable<RecordBatch>): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for await (const batch of batches) for (let i = 0; i < batch.numRows; i++) found.push(batch.get(i)?.toJSON() ?? {});
  return found;
}

const layersOf = (units: number) => [...common.network.slice(0, -1), dense(units)];

for (const [name, options] of Object.entries({
  'a target of two classes': binaryTarget,
  'a target of two classes, with a moving average': { ...binaryTarget, movingAverage: movingAverage({ decay: 0.9 }) },
  'a target of three classes': {
    ...common,
    network: layersOf(3),
    target: classes('kind'),
    loss: crossEntropy(),
  },
  'a regression': { ...common, target: regression('price'), loss: meanSquaredError() },
})) {
  test(`${name}: single rows and record batches are predicted to the same bits, and score as the run does`, async (t) => {
    const { pipeline, directory } = await trained(t, options);
    const model = await load(t, directory, { derive: pipeline.derive });
    const batches = await allOf(model.predict(pipeline.source, { keep: ['id'] }));
    t.deepEqual(
      batches.map(({ id }) => id),
      rows.map(({ id }) => id),
    );
    const single = rows.map((row) => model.predictRow(row));
    for (const [i, { predicted, probability, probabilities }] of single.entries()) {
      const { id: _, ...expected } = batches[i]!;
      t.deepEqual(
        {
          predicted,
          ...(probability !== undefined && { probability }),
          ...Object.fromEntries(Object.entries(probabilities ?? {}).map(([key, p]) => [`probability_${key}`, p])),
        },
        expected,
        `row ${i}`,
      );
    }
    t.deepEqual(model.predictRows(rows), single);

    const { metrics } = await evaluateModel(await loadTrained(directory, pipeline, { source: pipeline.source }), 'all');
    const label = { binary: 'late', classes: 'kind', regression: 'price' }[model.schema.target.kind];
    const truth = rows.map((row) => row[label as 'late' | 'kind' | 'price']);
    if (model.schema.target.kind === 'regression') {
      const squares = batches.map(({ predicted }, i) => (Number(predicted) - Number(truth[i])) ** 2);
      const mse = squares.reduce((sum, each) => sum + each, 0) / rows.length;
      t.true(Math.abs(mse / metrics.mse! - 1) < 1e-6, `${mse} ${metrics.mse}`);
    } else {
      const right = batches.filter(({ predicted }, i) => predicted === truth[i]).length;
      t.is(right / rows.length, metrics.accuracy!);
    }
  });
}

test('a model says what it needs and what it predicts, and does not ask for what only training needs', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  const model = await load(t, directory, { pipeline });
  t.deepEqual(
    model.schema.columns.map(({ name, kind }) => [name, kind]),
    [
      ['size', 'number'],
      ['seen', 'boolean'],
      ['color', 'string'],
      ['city', 'string'],
      ['spots', 'list'],
      ['at', 'timestamp'],
    ],
  );
  t.deepEqual(model.schema.columns.find(({ name }) => name === 'color')?.values, ['grün', 'rot', '蓝']);
  t.deepEqual(model.schema.outputs, ['predicted', 'probability']);
  t.like(model.schema.target, { kind: 'binary', column: 'late' });
});

test('what a row lacks, and what it has of another kind, is said by the column', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  const model = await load(t, directory, { pipeline });
  const { size: _, ...less } = rows[0]!;
  for (const [row, message] of [
    [
      { ...less, Size: 1 },
      /expected a value for size; null where there is none, got a row with .*Did you mean Size: it is called size here/,
    ],
    [{ ...rows[0], size: '12' }, /size: expected a number, got '12'. Give it without quotes/],
    [{ ...rows[0], seen: 1 }, /seen: expected true or false, got 1/],
    [{ ...rows[0], color: 7 }, /color: expected a string, got 7/],
    [{ ...rows[0], at: 'yesterday' }, /at: expected a point in time.*got 'yesterday'/],
    [{ ...rows[0], spots: [1] }, /spots: expected a list of 2 numbers, got 'one of 1'/],
    [{ ...rows[0], size: Number.POSITIVE_INFINITY }, /size: expected a number that float32 can hold, got Infinity/],
  ] as const) {
    t.throws(() => model.predictRow(row), { message }, JSON.stringify(row));
  }
  const odd = model.predictRow({ ...rows[0], size: null, color: 'mauve' });
  t.deepEqual([odd.missing, odd.unseen], [['size', 'logSize'], ['color']]);
  t.is(
    model.predictRow({ ...rows[0], at: rows[0]!.at!.toISOString() }).probability,
    model.predictRow(rows[0]!).probability,
  );
});

test('a function of the user is given, never run from the file, and named where it is missing', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  await t.throwsAsync(loadModel(directory), {
    message: /expected the derivation of logSize, a function of size, got none: a function is not run from a file/,
  });
  const lines: string[] = [];
  const other = derive('logSize', ['size'], (x: number) => Math.log1p(x));
  await load(t, directory, { derive: [...pipeline.derive.slice(0, 3), other], tell: (line) => lines.push(line) });
  t.regex(lines.join(), /the derivation of logSize has another text/);
  await t.throwsAsync(loadModel(directory, { derive: [derive('logSize', ['city'], () => 1)] }), {
    message: /the derivation of logSize to read size, as when the model was trained, got city/,
  });
});

test('a source without a column of the model is refused before a row is read', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  const model = await load(t, directory, { pipeline });
  const without = memory(rows.map(({ city: _, ...row }) => ({ ...row, citi: 'x' })));
  await t.throwsAsync(allOf(model.predict(without)), {
    message: /expected a column city, got the columns .*Did you mean citi/,
  });
  await t.throwsAsync(allOf(model.predict(pipeline.source, { keep: ['nothing'] })), {
    message: /expected a column nothing/,
  });
});

test('rows that cannot be used are left out and told of, or the error says where they are', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  const model = await load(t, directory, { pipeline });
  const bad = memory(rows.map((row, i) => (i === 50 || i === 120 ? { ...row, size: Number.POSITIVE_INFINITY } : row)));
  await t.throwsAsync(allOf(model.predict(bad)), { message: /row 50/ });
  const told: number[] = [];
  const found = await allOf(
    model.predict(bad, { keep: ['id'], badRows: 'skip', onBadRow: ({ row }) => told.push(row) }),
  );
  t.deepEqual(told, [50, 120]);
  t.is(found.length, rows.length - 2);
  t.deepEqual(found[50]!.id, 'row 51');
});

test('a model is known by its hash, whether it is loaded by path or by bytes; record batches bear it', async (t) => {
  const { pipeline, directory } = await trained(t, binaryTarget);
  const model = await load(t, directory, { pipeline });
  const folder = join(directory, 'checkpoints');
  const { readdir } = await import('node:fs/promises');
  const [name] = (await readdir(folder))
    .filter((each) => each.endsWith('.safetensors'))
    .sort()
    .slice(-1);
  const bytes = await loadModel(await readFile(join(folder, name!)), { pipeline });
  t.is(bytes.hash, model.hash);
  for await (const { schema } of model.predict(pipeline.source)) {
    t.deepEqual(
      [...schema.metadata],
      [
        ['millrace.model', 'every-kind'],
        ['millrace.hash', model.hash],
      ],
    );
  }
  bytes.close();
  t.throws(() => bytes.predictRow(rows[0]!), { message: /expected a model that is open, got one that was closed/ });
  const other = await trained(t, { ...binaryTarget, seed: 4 });
  t.not((await load(t, other.directory, { pipeline })).hash, model.hash);
});

test('the most probable classes are given by their probability, the first of equals first, in rows and record batches alike', async (t) => {
  const { pipeline, directory } = await trained(t, {
    ...common,
    network: layersOf(3),
    target: classes('kind'),
    loss: crossEntropy(),
  });
  const model = await load(t, directory, { pipeline });
  const batches = await allOf(model.predict(pipeline.source, { top: 2 }));
  for (const [i, row] of rows.entries()) {
    const { predicted, probabilities, top } = model.predictRow(row, { top: 2 });
    const sorted = Object.entries(probabilities!).sort(([, a], [, b]) => b - a);
    t.deepEqual(
      top,
      sorted.slice(0, 2).map(([predicted, probability]) => ({ predicted, probability })),
    );
    t.is(top![0]!.predicted, predicted);
    const [first, second] = top!;
    t.deepEqual(batches[i], {
      top_1: first!.predicted,
      top_1_probability: first!.probability,
      top_2: second!.predicted,
      top_2_probability: second!.probability,
    });
  }
  t.is(model.predictRow(rows[0]!).top, undefined);
  for (const top of [0, 4, 1.5]) {
    t.throws(() => model.predictRow(rows[0]!, { top }), { name: 'OptionError', message: /from 1 to 3/ });
  }
  await t.throwsAsync(allOf(model.predict(pipeline.source, { top: 4 })), { message: /from 1 to 3/ });
  const binary = await trained(t, binaryTarget);
  const two = await load(t, binary.directory, { pipeline: binary.pipeline });
  t.throws(() => two.predictRow(rows[0]!, { top: 1 }), { name: 'OptionError', message: /one of a binary target/ });
});

test('of equally probable classes the first come first', (t) => {
  const target = { kind: 'classes', column: 'k', type: 'string', values: ['a', 'b', 'c', 'd'] } as const;
  const answers = createAnswers({ kind: 'classes', column: 'k' } as never, target as never, 0.5);
  const p = Float64Array.of(0.25, 0.25, 0.25, 0.25, 0.1, 0.4, 0.1, 0.4);
  const top = (row: number, k: number) => answers.row(p, row, k).top?.map(({ predicted }) => predicted);
  t.deepEqual(top(0, 3), ['a', 'b', 'c']);
  t.deepEqual(top(1, 4), ['b', 'd', 'a', 'c']);
  t.deepEqual(top(1, 1), ['b']);
});
