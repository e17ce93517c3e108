import test, { type ExecutionContext } from 'ava';
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
import { loadModel } from '../../src/model.ts';
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
