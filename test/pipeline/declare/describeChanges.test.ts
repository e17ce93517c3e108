import test from 'ava';
import {
  adam,
  binary,
  branches,
  classes,
  clipByGlobalNorm,
  cosineDecay,
  dense,
  derive,
  dropout,
  embedding,
  hourOfDay,
  huber,
  numeric,
  type PipelineOptions,
  quantile,
  regression,
  relu,
  residual,
  sgd,
  tanh,
} from '../../../src/index.ts';
import { definePipeline } from '../../../src/pipeline/declare/definePipeline.ts';
import { describeChanges } from '../../../src/pipeline/declare/describeChanges.ts';
import { describePipeline } from '../../../src/pipeline/declare/description.ts';
import small from '../small.ts';

const longFunction = (delay: number) => Math.log1p(Math.abs(delay)) + Math.sqrt(Math.abs(delay)) > 15;
const changedFunction = (delay: number) => Math.log1p(Math.abs(delay)) + Math.sqrt(Math.abs(delay)) > 20;

const base: PipelineOptions = {
  ...small,
  derive: [hourOfDay('date'), derive('late', ['delay'], longFunction)],
  features: { hour: numeric(), 'passenger class': embedding(4) },
  target: regression('y'),
  split: { validation: 0.05 },
  network: [dense(32), relu(), dense(64), residual([dense(64), tanh()]), dense(1)],
  loss: huber(),
  optimizer: adam(),
  gradient: [clipByGlobalNorm(1)],
};
const [d32, r, d64, inner, d1] = base.network;

function changesTo(change: Partial<PipelineOptions>): string[] {
  const was = describePipeline(definePipeline(base));
  const is = describePipeline(definePipeline({ ...base, ...change }));
  return describeChanges(was, is, [...new Set([...Object.keys(was), ...Object.keys(is)])]);
}

for (const [what, change, expected] of [
  ['nothing', {}, []],
  ['a layer that is narrower', { network: [d32, r, dense(32), inner, d1] }, ['network[2]: dense(64) -> dense(32)']],
  ['another activation', { network: [d32, tanh(), d64, inner, d1] }, ['network[1]: relu() -> tanh()']],
  [
    'a layer that was put in',
    { network: [d32, r, dropout(0.2), d64, inner, d1] },
    ['network[2]: none -> dropout(0.2)'],
  ],
  ['a layer that was taken out', { network: [d32, d64, inner, d1] }, ['network[1]: relu() -> none']],
  [
    'an option of a layer',
    { network: [d32, r, dense(64, { bias: false }), inner, d1] },
    ['network[2]: dense(64, { bias: true }) -> dense(64, { bias: false })'],
  ],
  [
    'a layer within a layer',
    { network: [d32, r, d64, residual([dense(64), relu()]), d1] },
    ['network[3].layers[1]: tanh() -> relu()'],
  ],
  [
    'a layer of layers in place of another',
    { network: [d32, r, d64, branches([[dense(8)]]), d1] },
    ['network[3]: residual() -> branches()'],
  ],
  ['the share', { split: { validation: 0.1 } }, ['split.validation: 0.05 -> 0.1']],
  ['the columns of the split', { split: { validation: 0.05, by: ['a', 'b'] } }, ["split.by: not given -> ['a', 'b']"]],
  ['the batch and the seed', { batch: 7, seed: 9 }, [`batch: ${small.batch} -> 7`, `seed: ${small.seed} -> 9`]],
  ['the learning rate', { optimizer: adam({ learningRate: 0.01 }) }, ['optimizer.learningRate: 0.001 -> 0.01']],
  [
    'a schedule in place of a number',
    { optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.01, steps: 9 }) }) },
    ['optimizer.learningRate: 0.001 -> cosineDecay()'],
  ],
  ['another optimizer', { optimizer: sgd({ learningRate: 1 }) }, ['optimizer: adam() -> sgd()']],
  ['another loss', { loss: quantile({ q: 0.9 }) }, ['loss: huber() -> quantile()']],
  ['an option of the loss', { loss: huber({ delta: 2 }) }, ['loss.delta: 1 -> 2']],
  ['the clipping', { gradient: [clipByGlobalNorm(5)] }, ['gradient[0]: clipByGlobalNorm(1) -> clipByGlobalNorm(5)']],
  ['no clipping', { gradient: [] }, ['gradient[0]: clipByGlobalNorm(1) -> none']],
  [
    'a feature that is another',
    { features: { hour: embedding(2), 'passenger class': embedding(4) } },
    ['features.hour: numeric() -> embedding(2)'],
  ],
  [
    'an option of a feature with a space in its name',
    { features: { hour: numeric(), 'passenger class': embedding(8) } },
    ["features.'passenger class'.width: 4 -> 8"],
  ],
  ['one feature more', { features: { ...base.features, late: numeric() } }, ['features.late: not given -> numeric()']],
  [
    'the order of the features',
    { features: { 'passenger class': embedding(4), hour: numeric() } },
    ["features: in the order hour, 'passenger class' -> 'passenger class', hour"],
  ],
  ['the target', { target: regression('z') }, ["target.column: 'y' -> 'z'"]],
  [
    'the text of a function',
    { derive: [hourOfDay('date'), derive('late', ['delay'], changedFunction)] },
    ["derive[1].fn: '....abs(delay)) > 15' -> '....abs(delay)) > 20'"],
  ],
  [
    'another derivation',
    { derive: [hourOfDay('day'), base.derive![1]!] },
    ["derive[0]: hourOfDay('date') -> hourOfDay('day')"],
  ],
  [
    'no shuffling',
    { shuffle: false },
    [`shuffle: { memoryMB: ${(small.shuffle as { memoryMB: number }).memoryMB} } -> false`],
  ],
] as const) {
  test(`tells ${what}`, (t) => {
    t.deepEqual(changesTo(change as Partial<PipelineOptions>), [...expected]);
  });
}

test('tells a target of another kind', (t) => {
  const of = (target: PipelineOptions['target']) => ({ target: JSON.parse(JSON.stringify(target)) });
  t.deepEqual(describeChanges(of(binary('y')), of(classes('y')), ['target']), ["target: binary('y') -> classes('y')"]);
});

test('of very many changes tells eight, and how many more there are', (t) => {
  const was = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${i}`, i]));
  const is = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${i}`, -i - 1]));
  const changes = describeChanges(was, is, Object.keys(was));
  t.is(changes.length, 9);
  t.deepEqual([changes[0], changes[8]], ['k0: 0 -> -1', '4 more']);
});
