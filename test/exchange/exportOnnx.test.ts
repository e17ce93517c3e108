import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadCheckpoint } from '../../src/checkpoint/loadCheckpoint.ts';
import { DataError } from '../../src/errors.ts';
import { decodeOnnx } from '../../src/exchange/onnx/decodeOnnx.ts';
import { type ExportModelOptions, exportModel } from '../../src/exchange.ts';
import { activation } from '../../src/extend.ts';
import {
  binary,
  binaryCrossEntropy,
  branches,
  concatenate,
  dayOfWeek,
  dense,
  derive,
  embedding,
  equals,
  lower,
  meanSquaredError,
  memory,
  numeric,
  oneHot,
  relu,
  vector,
} from '../../src/index.ts';
import { findCheckpoint } from '../../src/model/findCheckpoint.ts';
import { loadModel, type Model, type ModelRow, type Prediction } from '../../src/model.ts';
import type { Fitted } from '../../src/preprocess/fit/fitted.ts';
import type { AnswerRules } from '../../src/train/answers/answerRules.ts';
import { numberOf } from '../faults/numberOf.ts';
import { everyFeature, layers, madeRows, one, price, targets, trained } from './everyKind.ts';
import { type Columns, runOnnx } from './runOnnx.ts';

const rows = madeRows(numberOf('rows', 400), true);

/** What the model says of each row; undefined where it refuses the row. */
function predictedRows(model: Model, rows: readonly ModelRow[]): (Prediction | undefined)[] {
  return rows.map((row) => {
    try {
      return model.predictRow(row);
    } catch (error) {
      if (error instanceof DataError) return undefined;
      throw error;
    }
  });
}

/** Rows as tensors have them. */
function columnsOf(model: Model, rows: readonly ModelRow[]): Columns {
  return Object.fromEntries(
    model.schema.columns.map(({ name, kind, size = 1 }) => [
      name,
      rows.map((row) => {
        const value = row[name];
        if (kind === 'string') return (value as string | null) ?? '';
        if (kind === 'list')
          return Array.from({ length: size }, (_, k) => (value as number[] | null)?.[k] ?? Number.NaN);
        return value === null ? Number.NaN : Number(value);
      }),
    ]),
  );
}

/** Compares the answers of ONNX Runtime with those of the engine, and says how far apart they are at most. */
async function compare(t: ExecutionContext, directory: string, options: ExportModelOptions = {}): Promise<number> {
  const exported = await exportModel(directory, 'onnx', options);
  const model = await loadModel(directory, options.threshold === undefined ? {} : { threshold: options.threshold });
  t.teardown(() => model.close());
  const { label, probabilities, predicted } = await runOnnx(exported, columnsOf(model, rows));
  const { target } = model.schema;
  // Below, a difference counts in this unit: that of the target, or a thousandth of a probability.
  const unit = target.deviation ?? 1e-3;
  let [farthest, refused, other] = [0, 0, 0];
  for (const [i, row] of predictedRows(model, rows).entries()) {
    const width = target.classes?.length ?? 1;
    const given = (probabilities ?? predicted)!.slice(i * width, i * width + width).map(Number);
    if (!row) {
      refused++;
      t.true(given.every(Number.isNaN), `row ${i} is refused, and gives ${given}`);
      continue;
    }
    const p = row.probability;
    const ofClasses = row.probabilities && target.classes!.map((name) => row.probabilities![name] as number);
    const expected = p === undefined ? (ofClasses ?? [Number(row.predicted)]) : [1 - p, p];
    for (const [c, value] of expected.entries()) {
      const distance = Math.abs(given[c]! - value) / Math.max(Math.abs(value), unit);
      if (!(distance <= 1e-5)) t.fail(`row ${i}: expected ${expected}, got ${given}`);
      farthest = Math.max(farthest, distance);
    }
    if (label === undefined) continue;
    const said = typeof label[i] === 'bigint' ? Number(label[i]) : label[i];
    // Two classes that are as probable as float32 can tell.
    if (said !== row.predicted) other++;
    if (said !== row.predicted)
      t.true(isClose(expected, model.threshold, target.kind), `row ${i}: ${label[i]}, ${expected}`);
  }
  t.true(refused > rows.length / 400 && refused < rows.length / 2, `${refused} rows are refused`);
  t.true(other <= rows.length / 1000, `${other} labels are others`);
  t.log(`${rows.length} rows, ${refused} refused; ${farthest.toExponential(1)} apart at most, ${other} labels differ`);
  return farthest;
}

function isClose(p: readonly number[], threshold: number, kind: string): boolean {
  if (kind === 'binary') return Math.abs(p[1]! - threshold) < 1e-6;
  const [first, second] = [...p].sort((a, b) => b - a) as [number, number];
  return first - second < 1e-6;
}

for (const [name, network] of Object.entries(layers)) {
  test(`${name}: every kind of feature gives in ONNX Runtime what it gives in the engine`, async (t) => {
    await compare(t, await trained(t, { ...price, network: [...network, dense(1)] }));
  });
}

for (const [name, options] of Object.entries(targets)) {
  test(`${name}: the answers of ONNX Runtime are those of the engine`, async (t) => {
    await compare(t, await trained(t, { ...everyFeature, ...options }));
  });
}

const price1 = { ...price, network: one };
const late = { ...everyFeature, target: binary('late'), loss: binaryCrossEntropy(), network: one };

test('probabilities are recalibrated as those of the engine', async (t) => {
  const learned = {
    epochs: 8,
    derive: [],
    features: { size: numeric(), area: numeric({ missing: 'error' }), spots: vector(2, { missing: 'mean' }) },
  };
  await compare(t, await trained(t, { ...late, ...learned, calibrate: 'platt' }));
  const directory = await trained(t, { ...late, ...learned, calibrate: 'temperature' });
  await compare(t, directory);
  const { state } = await loadCheckpoint(await findCheckpoint(directory));
  t.is((state.answers as unknown as AnswerRules).calibration?.method, 'temperature');
});

const texts = {
  ...price1,
  derive: [
    concatenate(['color', 'city'], { separator: ' → ' }),
    concatenate(['rare', 'sure', 'rare'], { separator: '', as: 'sureRare' }),
    lower('sure', { as: 'quiet' }),
    lower('sureRare', { as: 'quietRare' }),
    equals('quiet', 'grün', { as: 'isGreen' }),
    lower('color', { as: 'quietColor' }),
    equals('quietColor', 'rot', { as: 'isRed' }),
  ],
  features: {
    colorCity: oneHot({ missing: 'category' }),
    quietRare: embedding(3),
    quiet: oneHot(),
    isGreen: numeric(),
    isRed: oneHot({ missing: 'category' }),
    area: numeric({ missing: 'error' }),
  },
};

test('texts that are put together, in lower case and compared, are so in ONNX Runtime, by operators of opset 20', async (t) => {
  const directory = await trained(t, texts);
  await compare(t, directory);
  t.is(decodeOnnx((await exportModel(directory, 'onnx')).bytes, 'model').opsets[''], 20);
  t.is(decodeOnnx((await exportModel(await trained(t, price1), 'onnx')).bytes, 'model').opsets[''], 17);
});

test('the threshold is that of the model, or the one that is given', async (t) => {
  const directory = await trained(t, { ...late, threshold: 0.3 });
  await compare(t, directory);
  await compare(t, directory, { threshold: 0.7 });
  const [own, other] = await Promise.all([
    exportModel(directory, 'onnx'),
    exportModel(directory, 'onnx', { threshold: 0.7 }),
  ]);
  t.notDeepEqual(own.bytes, other.bytes);
  const count = await trained(t, { ...everyFeature, ...targets['a count']! });
  await t.throwsAsync(exportModel(count, 'onnx', { threshold: 0.7 }), {
    name: 'OptionError',
    message: /only of two classes .* whose target is regression/,
  });
});

test('the same model is the same bytes, and a path is written as a whole', async (t) => {
  const directory = await trained(t, price1);
  const path = join(directory, 'model.onnx');
  const { bytes } = await exportModel(directory, path);
  t.deepEqual(new Uint8Array(await readFile(path)), bytes);
  t.deepEqual((await exportModel(directory, 'onnx')).bytes, bytes);
});

const depthsSquared = derive('squared', ['depth'], (depth: number) => depth * depth);
const withFunction = {
  ...price1,
  derive: [dayOfWeek('at'), depthsSquared],
  features: { depth: numeric(), squared: numeric(), weekday: oneHot(), city: embedding(3) },
};

test('a function of the pipeline is refused by the name of its column, which goes in instead of what it reads', async (t) => {
  const directory = await trained(t, withFunction);
  await t.throwsAsync(exportModel(directory, 'onnx'), {
    name: 'OptionError',
    message:
      /the derivation of squared: expected one that operators of ONNX can express, got a function of depth\. With .*--from features/,
  });
  const exported = await exportModel(directory, 'onnx', { from: 'features' });
  t.deepEqual(
    exported.inputs.map(({ name }) => name),
    ['depth', 'squared', 'weekday', 'city'],
  );
  const model = await loadModel(directory, { derive: [depthsSquared] });
  t.teardown(() => model.close());
  const numbers = (of: (row: ModelRow) => unknown) => rows.map((row) => Number(of(row) ?? Number.NaN));
  const { predicted } = await runOnnx(exported, {
    depth: numbers(({ depth }) => depth),
    squared: numbers(({ depth }) => (depth === null ? null : Number(depth) ** 2)),
    weekday: numbers(({ at }) => at && ((at as Date).getUTCDay() + 6) % 7),
    city: rows.map(({ city }) => `${city ?? ''}`),
  });
  for (const [i, row] of model.predictRows(rows).entries()) {
    t.true(Math.abs(Number(row.predicted) - Number(predicted![i])) <= 1e-5 * Number(row.predicted), `row ${i}`);
  }
});

test('what the network sees can go in, with the codes of embeddings beside it', async (t) => {
  const directory = await trained(t, withFunction);
  const exported = await exportModel(directory, 'onnx', { from: 'encoded' });
  t.deepEqual(
    exported.inputs.map(({ name, type, shape }) => [name, type, shape]),
    [
      ['x', 'float', ['N', 10]],
      ['city', 'int64', ['N', 1]],
    ],
  );
  const model = await loadModel(directory, { derive: [depthsSquared] });
  t.teardown(() => model.close());
  // Depth and its square are missing: the mean, which is 0. 29 July 2026 is a Wednesday, the most frequent days come first.
  const row = { depth: null, at: new Date('2026-07-29'), city: 'unheard of' };
  const weekdays = await weekdaysOf(directory);
  const x = [0, 0, 0, ...weekdays.map((day) => (day === 2 ? 1 : 0))];
  const { predicted } = await runOnnx(exported, { x: [x], city: [0] });
  t.true(Math.abs(Number(model.predictRow(row).predicted) - Number(predicted![0])) < 1e-3);
});

async function weekdaysOf(directory: string): Promise<readonly unknown[]> {
  const { state } = await loadCheckpoint(await findCheckpoint(directory));
  const { features } = state.preprocessor as unknown as Fitted;
  const weekday = features.find(({ name }) => name === 'weekday');
  return weekday?.kind === 'oneHot' ? weekday.values : [];
}

test('layers and losses of your own are refused by their names', async (t) => {
  const hardTanh = activation({
    kind: 'hardTanh',
    f: (z) => Math.max(-1, Math.min(1, z)),
    derivative: (z) => (Math.abs(z) < 1 ? 1 : 0),
  });
  const own = await trained(t, { ...price, network: [dense(4), branches([[hardTanh], [relu()]]), dense(1)] });
  await t.throwsAsync(exportModel(own, 'onnx'), {
    name: 'OptionError',
    message:
      /layer 2\.branches\.1\.1\.hardTanh: expected a layer that operators of ONNX can express, got hardTanh, a layer of your own/,
  });
  const loss = { ...meanSquaredError(), name: 'mine' };
  await t.throwsAsync(exportModel(await trained(t, { ...price1, loss }), 'onnx'), {
    name: 'OptionError',
    message: /loss mine: expected a loss of Millrace.*got one of your own/,
  });
});

test('no rows give no answers, and one gives one', async (t) => {
  const exported = await exportModel(
    await trained(t, { ...late, ...texts, target: late.target, loss: late.loss }),
    'onnx',
  );
  const columns = { color: ['rot'], city: [''], rare: ['b'], sure: ['ROT'], area: [1e6] };
  const one = await runOnnx(exported, columns);
  t.deepEqual([one.label?.length, one.probabilities?.length], [1, 2]);
  const none = await runOnnx(exported, Object.fromEntries(Object.keys(columns).map((name) => [name, []])));
  t.deepEqual([none.label, none.probabilities], [[], []]);
});

test('columns that are called as outputs keep their names, and those of outputs are told', async (t) => {
  const named = madeRows(200, false).map(({ size, late, city }) => ({ label: size, probabilities: city, late }));
  const directory = await trained(t, {
    ...late,
    source: memory(named),
    derive: [],
    features: { label: numeric(), probabilities: oneHot() },
  });
  const exported = await exportModel(directory, 'onnx');
  t.deepEqual(
    exported.outputs.map(({ name }) => name),
    ['label_output', 'probabilities_output'],
  );
  const { label_output } = await runOnnx(exported, { label: [1, Number.NaN], probabilities: ['city 1', ''] });
  t.is(label_output?.length, 2);
});

test('where the empty text is a category, another text stands for null, and the input says which', async (t) => {
  const some = madeRows(300, false).map(({ city, price }, i) => ({ city: i % 4 === 0 ? '' : city, price }));
  const directory = await trained(t, {
    ...price1,
    source: memory(some),
    derive: [],
    features: { city: oneHot({ missing: 'category' }) },
  });
  const exported = await exportModel(directory, 'onnx');
  t.is(exported.inputs[0]?.about, 'a text; "null" where there is none');
  const { predicted } = await runOnnx(exported, { city: ['', 'null', 'city 2'] });
  const model = await loadModel(directory);
  t.teardown(() => model.close());
  for (const [i, city] of ['', null, 'city 2'].entries()) {
    t.true(Math.abs(Number(model.predictRow({ city }).predicted) - Number(predicted![i])) < 1e-3, `${city}`);
  }
});
