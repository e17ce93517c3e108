import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { exportModel } from '../../src/exchange.ts';
import { type GradientExplanation, integratedGradients } from '../../src/explain.ts';
import {
  adam,
  batchNorm,
  binary,
  binaryCrossEntropy,
  checkpoint,
  classes,
  crossEntropy,
  definePipeline,
  dense,
  dropout,
  embedding,
  log1p,
  meanSquaredError,
  memory,
  numeric,
  oneHot,
  type PipelineOptions,
  regression,
  relu,
  tanh,
  train,
} from '../../src/index.ts';
import { openGradient, ROWS } from '../../src/model/openGradient.ts';
import { loadModel } from '../../src/model.ts';
import { codeBlocks } from '../docs/pages.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const rows = Array.from({ length: 200 }, (_, i) => {
  const [a, b, city] = [Math.sin(i * i) * 3, 10 + ((i * 7) % 23), ['x', 'y', 'z'][i % 3]];
  const price = 2 * a - b + (city === 'y' ? 5 : 0);
  return { a, b, city, price, late: price > -18 ? 1 : 0, kind: price < -22 ? 'low' : price > -15 ? 'high' : 'middle' };
});
const background = [rows[3], rows[50], rows[111]];
const row = { a: 2.5, b: 30, city: 'y' };

async function trained(t: ExecutionContext, options: Partial<PipelineOptions>) {
  const directory = await temporaryFolder(t);
  const pipeline = definePipeline({
    name: 'made',
    source: memory(rows),
    derive: [log1p('b')],
    features: { a: numeric(), b: numeric(), bLog1p: numeric(), city: oneHot() },
    target: regression('price'),
    loss: meanSquaredError(),
    network: [dense(1)],
    split: { validation: 0.1 },
    batch: 16,
    epochs: 3,
    optimizer: adam({ learningRate: 1e-2 }),
    sinks: [checkpoint()],
    seed: 1,
    ...options,
  } as PipelineOptions);
  await train(pipeline, { directory });
  return loadModel(directory, { tell() {} });
}

const effectOf = ({ effects }: GradientExplanation, name: string) =>
  effects.find(({ feature }) => feature === name)!.effect;
const sum = ({ effects }: GradientExplanation) => effects.reduce((all, { effect }) => all + effect, 0);

test('of a linear network an effect is its weight times how far the feature is from the background', async (t) => {
  const model = await trained(t, { features: { a: numeric(), b: numeric() } });
  const found = integratedGradients(model, row, { background });
  const at = (values: object) => Number(model.predictRow({ ...row, ...values }).predicted);
  t.is(found.output, 'predicted');
  t.true(Math.abs(found.value - at({})) < 1e-4);
  for (const name of ['a', 'b'] as const) {
    const slope = at({ [name]: 1 }) - at({ [name]: 0 });
    const mean = background.reduce((all, each) => all + each[name], 0) / background.length;
    t.true(Math.abs(effectOf(found, name) - slope * (row[name] - mean)) < 1e-3, name);
  }
});

const deep = [dense(16), batchNorm(), relu(), dropout(0.3), dense(16), relu()];
for (const [name, options] of Object.entries({
  'a number': { network: [...deep, dense(1)] },
  'two classes': { network: [...deep, dense(1)], target: binary('late'), loss: binaryCrossEntropy() },
  'three classes': { network: [...deep, dense(3)], target: classes('kind'), loss: crossEntropy() },
  'embeddings and a smooth function': {
    features: { a: numeric({ embed: 'piecewiseLinear', bins: 5 }), b: numeric(), city: embedding(3) },
    network: [dense(8), tanh(), dense(1)],
  },
}) as [string, Partial<PipelineOptions>][]) {
  test(`effects add up to the difference: ${name}`, async (t) => {
    const model = await trained(t, options);
    const found = integratedGradients(model, row, { background });
    t.true(Math.abs(sum(found) - (found.value - found.base)) < 1e-5 * Math.max(1, Math.abs(found.value - found.base)));
    const { predicted, probability } = model.predictRow(row);
    if (probability !== undefined) t.true(Math.abs(1 / (1 + Math.exp(-found.value)) - probability) < 1e-5);
    else if (found.output === 'predicted') t.true(Math.abs(found.value - Number(predicted)) < 1e-4);
  });
}

test('where a network bends often, each effect is what a hundred thousand points along the way give', async (t) => {
  const model = await trained(t, { network: [dense(16), relu(), dense(16), relu(), dense(1)], epochs: 20 });
  const gradient = openGradient(model);
  const { width, scale } = gradient;
  const way = { from: gradient.encode(background[0]), to: gradient.encode(row) };
  const found = integratedGradients(model, row, { background: [background[0]] });
  const slopes = new Float64Array(width);
  const most = 102_400;
  for (let begin = 0; begin < most; begin += ROWS) {
    const x = Float64Array.from({ length: ROWS * width }, (_, at) => {
      const [p, i] = [Math.floor(at / width), at % width];
      return way.from[i] + ((begin + p + 0.5) / most) * (way.to[i] - way.from[i]);
    });
    for (const [at, slope] of gradient.gradientAt(x, ROWS, 0).slopes.entries()) slopes[at % width] += slope / most;
  }
  for (const { name, column, width } of gradient.features) {
    let expected = 0;
    for (let i = column; i < column + width; i++) expected += scale * slopes[i] * (way.to[i] - way.from[i]);
    // A bend lies between two of the points.
    const effect = effectOf(found, name);
    t.true(
      Math.abs(effect - expected) < 2e-4 * Math.max(1, Math.abs(found.value - found.base)),
      `${effect} ${expected}`,
    );
  }
});

test('of each feature the columns are said that it is made of', async (t) => {
  const model = await trained(t, {
    derive: [log1p('b'), log1p('bLog1p')],
    features: { a: numeric(), b: numeric(), bLog1pLog1p: numeric(), city: oneHot() },
  });
  const { effects } = integratedGradients(model, row, { background });
  t.deepEqual(Object.fromEntries(effects.map(({ feature, columns }) => [feature, columns])), {
    a: ['a'],
    b: ['b'],
    bLog1pLog1p: ['b'],
    city: ['city'],
  });
});

test('rows are explained as one by one', async (t) => {
  const model = await trained(t, { network: [...deep, dense(3)], target: classes('kind'), loss: crossEntropy() });
  const some = [row, ...rows.slice(0, 3)];
  const all = integratedGradients(model, some, { background });
  t.deepEqual(
    all,
    some.map((each) => integratedGradients(model, each, { background })),
  );
  t.deepEqual(integratedGradients(model, [], { background }), []);
});

test('a tolerance that float64 does not reach is refused, with what to do', async (t) => {
  const model = await trained(t, { network: [dense(16), tanh(), dense(1)] });
  t.throws(() => integratedGradients(model, row, { background, tolerance: 1e-30 }), {
    message: /expected one that 65,536 points between two rows reach, got 1e-30\. Give a greater one/,
  });
});

const python = ['/usr/bin/python3', 'python3'].find((each) => spawnSync(each, ['-c', 'import torch']).status === 0);

/** The mean gradient along the way in float64, by automatic differentiation. */
const meanGradient = `
import sys
from load_weights import json, load, torch
torch.set_num_threads(1)
b, x = (torch.tensor(each, dtype=torch.float64) for each in json.loads(sys.stdin.read()))
net = load(sys.argv[1])[0].double()
points = 100000
at = ((torch.arange(points, dtype=torch.float64) + 0.5) / points)[:, None]
way = (b + at * (x - b)).requires_grad_()
net(way)[:, 0].sum().backward()
print(json.dumps(((x - b) * way.grad.mean(0)).tolist()))
`;

test('effects are those of the gradients of PyTorch', async (t) => {
  if (!python) return void t.pass('skipped: there is no Python with PyTorch, as Debian has it in python3-torch');
  const model = await trained(t, { network: [...deep, dense(1)], epochs: 10 });
  const folder = await temporaryFolder(t);
  await exportModel(model, join(folder, 'model.safetensors'));
  const block = codeBlocks('docs/exporting.md').find(({ title }) => title === 'load_weights.py');
  await writeFile(join(folder, 'load_weights.py'), block!.code);
  const { encode, features, scale } = openGradient(model);
  const input = JSON.stringify([background[1], row].map((each) => [...encode(each)]));
  const ran = spawnSync(python, ['-c', meanGradient, join(folder, 'model')], { encoding: 'utf8', cwd: folder, input });
  t.is(ran.status, 0, ran.stderr);
  const expected: number[] = JSON.parse(ran.stdout);
  const found = integratedGradients(model, row, { background: [background[1]] });
  for (const { name, column, width } of features) {
    const theirs = scale * expected.slice(column, column + width).reduce((sum, each) => sum + each, 0);
    const off = Math.abs(effectOf(found, name) - theirs);
    t.true(off < 2e-4 * Math.max(1, Math.abs(found.value - found.base)), `${name}: ${effectOf(found, name)} ${theirs}`);
  }
});

test('effects are what small steps along the way find', async (t) => {
  const model = await trained(t, { features: { a: numeric(), b: numeric() }, network: [dense(8), tanh(), dense(1)] });
  const [other] = background;
  const found = integratedGradients(model, row, { background: [other] });
  const at = (a: number, b: number) => Number(model.predictRow({ a, b }).predicted);
  const steps = 400;
  let [ofA, ofB] = [0, 0];
  for (let i = 0; i < steps; i++) {
    const t = (i + 0.5) / steps;
    const [a, b] = [other.a + t * (row.a - other.a), other.b + t * (row.b - other.b)];
    // Central differences over a tenth: float32 has no digits for less.
    ofA += ((at(a + 0.05, b) - at(a - 0.05, b)) / 0.1) * ((row.a - other.a) / steps);
    ofB += ((at(a, b + 0.05) - at(a, b - 0.05)) / 0.1) * ((row.b - other.b) / steps);
  }
  t.true(Math.abs(effectOf(found, 'a') - ofA) < 2e-2 * Math.abs(ofA), `${effectOf(found, 'a')} ${ofA}`);
  t.true(Math.abs(effectOf(found, 'b') - ofB) < 2e-2 * Math.abs(ofB), `${effectOf(found, 'b')} ${ofB}`);
});

test('the class may be chosen, and what cannot be explained is refused', async (t) => {
  const model = await trained(t, { network: [dense(3)], target: classes('kind'), loss: crossEntropy() });
  const scores = [0, 1, 2].map((k) => integratedGradients(model, row, { background, class: k }).value);
  const { value } = integratedGradients(model, row, { background });
  t.is(value, Math.max(...scores));
  t.throws(() => integratedGradients(model, row, { background, class: 3 }), { name: 'OptionError' });
  t.throws(() => integratedGradients(model, row, { background: [] }), { name: 'OptionError' });
  t.throws(() => integratedGradients({ ...model }, row, { background }), { name: 'OptionError' });
  t.throws(() => integratedGradients(model, { a: 1 }, { background }), { name: 'SchemaError' });
});
