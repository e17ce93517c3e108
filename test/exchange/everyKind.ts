import type { ExecutionContext } from 'ava';
import { randomSequence, uniform } from '../../src/engine/random.ts';
import {
  adam,
  batchNorm,
  binary,
  binaryCrossEntropy,
  branches,
  bucket,
  checkpoint,
  classes,
  clip,
  crossEntropy,
  cyclical,
  dayOfWeek,
  dayOfYear,
  definePipeline,
  dense,
  difference,
  dropout,
  elu,
  embedding,
  equals,
  gelu,
  greaterThan,
  hinge,
  hourOfDay,
  huber,
  type Layer,
  layerNorm,
  leakyRelu,
  log1p,
  meanAbsoluteError,
  meanSquaredError,
  memory,
  movingAverage,
  numeric,
  oneHot,
  type PipelineOptions,
  passThrough,
  poisson,
  prelu,
  product,
  quantile,
  ratio,
  regression,
  relu,
  residual,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  train,
  vector,
} from '../../src/index.ts';
import type { ModelRow } from '../../src/model.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const day = 86_400_000;
const words = ['rot', 'grün', '蓝', 'émeraude', '🟣 violett', 'with "quotes"', "o'clock", ' '];

/**
 * Rows of every kind of column. What a model has seen: numbers, words, points in time before 1970 and after, some of them missing.
 *
 * @param isStrange whether they also hold what training has not seen, or what cannot be used
 */
export function madeRows(count: number, isStrange: boolean): ModelRow[] {
  const random = randomSequence(isStrange ? 2 : 1, 'data');
  let next = 0;
  const share = () => uniform(random(next++));
  const below = (n: number) => Math.floor(share() * n);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const maybe = <T>(value: T): T | null => (share() < 0.08 ? null : value);
  const strange = <T>(value: T, others: readonly T[], chance = 0.06): T =>
    isStrange && share() < chance ? pick(others) : value;
  const numbers = [Infinity, -Infinity, 1e300, -1e42, Number.NaN, -0, 1e-320];
  return Array.from({ length: count }, (_, i) => {
    const size = share() * 80 - 40;
    return {
      id: i,
      size: maybe(strange(size, numbers, 0.02)),
      area: strange<number | null>(1e6 + 3e4 * share(), [1.2e6, 9e5, Infinity, null], 0.015),
      depth: maybe(share() ** 3),
      weight: maybe(strange(below(1000), [Number.NaN, -1], 0.02)),
      seen: maybe(share() < 0.3),
      at: maybe(new Date(Math.floor((share() - 0.6) * 40_000 * day))),
      spots: maybe([maybe(share()), strange(share() * 9, [Number.NaN, 99])]),
      pixels: strange<(number | null)[] | null>(
        [below(256), below(256), below(256)],
        [null, [1, null, 3], [1, 2, Infinity]],
        0.01,
      ),
      color: maybe(strange(pick(words), ['unbekannt', 'ROT', '\u{1F600}', 'rot '])),
      city: maybe(strange(`city ${below(9)}`, ['Ciudad de México', '東京'])),
      sure: strange(pick(words), ['nie gesehen', 'grun']),
      rare: pick(['a', 'a', 'a', 'b', 'b', 'c']),
      level: maybe(strange(below(5) - 2, [7, 2.5, Number.NaN, 2 ** 53 - 1], 0.1)),
      grade: maybe(strange(below(4) / 2, [0.25, Infinity, -0, 2 ** 60], 0.05)),
      flag: maybe(share() < 0.5),
      port: strange(1000 + below(12), [2 ** 31, -5, 99.5], 0.03),
      late: share() < 0.2 + (size > 0 ? 0.5 : 0),
      paid: share() < 0.4 ? 1 : 0,
      kind: pick(['a', 'ß', '日本']),
      stars: 1 + below(4),
      half: below(3) / 2,
      yes: share() < 0.5,
      visits: below(5),
      price: 100 + size + 30 * share(),
    };
  });
}

const trainingRows = madeRows(200, false);

/** What every pipeline of these tests has in common: every kind of feature and derivation, with every policy for what is missing. */
export const everyFeature = {
  name: 'every-kind',
  source: memory(trainingRows, { batchRows: 97 }),
  derive: [
    hourOfDay('at'),
    dayOfWeek('at'),
    dayOfYear('at'),
    cyclical('hour', { period: 24 }),
    cyclical('level', { period: 5 }),
    log1p('depth'),
    log1p('size', { as: 'sizeLog' }),
    ratio('size', 'weight'),
    difference('area', 'size', { as: 'rest' }),
    product('depth', 'weight'),
    greaterThan('size', 3),
    equals('city', 'city 2', { as: 'inCity' }),
    equals('seen', true, { as: 'isSeen' }),
    equals('level', 1, { as: 'isLevel' }),
    bucket('size', [-20, 0, 5.5]),
    clip('weight', { least: 10, most: 900 }),
    clip('size', { least: -10, as: 'sizeKept' }),
  ],
  features: {
    size: numeric({ missing: 'indicator' }),
    color: oneHot({ missing: 'category' }),
    area: numeric({ missing: 'error' }),
    depth: numeric({ scale: 'minMax', missing: { constant: 1 } }),
    city: embedding(3, { missing: 'category' }),
    weight: numeric({ scale: { name: 'thousandth', fit: () => ({ shift: 1, scale: 1000 }) } }),
    seen: numeric({ scale: 'none', missing: 'indicator' }),
    at: numeric(),
    spots: vector(2, { missing: 'mean' }),
    pixels: vector(3, { scale: 'minMax' }),
    sure: oneHot({ missing: 'error' }),
    rare: embedding(2, { minCount: 50 }),
    level: oneHot(),
    grade: oneHot({ missing: 'category' }),
    flag: embedding(2),
    port: embedding(4, { missing: 'error', maxSize: 10 }),
    hourSin: numeric(),
    hourCos: numeric({ missing: { constant: 0 } }),
    weekday: oneHot({ missing: 'category' }),
    dayOfYear: numeric({ scale: 'minMax' }),
    levelSin: numeric(),
    depthLog1p: numeric(),
    sizeLog: numeric({ missing: 'indicator' }),
    sizePerWeight: numeric({ missing: { constant: 0 } }),
    rest: numeric({ scale: 'robust' }),
    depthTimesWeight: numeric({ scale: 'robust', clip: 'smooth', missing: 'indicator' }),
    sizeAbove: numeric({ embed: 'piecewiseLinear' }),
    sizeKept: numeric({ embed: 'piecewiseLinear', bins: 6, missing: 'indicator' }),
    inCity: oneHot({ missing: 'category' }),
    isSeen: numeric({ scale: 'none' }),
    isLevel: embedding(2),
    sizeBucket: oneHot({ missing: 'category' }),
    weightClipped: numeric(),
  },
  split: { validation: 0.2 },
  batch: 32,
  optimizer: adam({ learningRate: 1e-2 }),
  epochs: 1,
  sinks: [checkpoint()],
  seed: 3,
} as const;

/** Every kind of layer, between a row and the last layer. */
export const layers: Readonly<Record<string, readonly Layer[]>> = {
  'dense layers': [dense(8, { bias: false }), dense(4)],
  relu: [dense(8), relu()],
  leakyRelu: [dense(8), leakyRelu({ slope: 0.2 })],
  prelu: [dense(8), prelu(), dense(8), prelu({ shared: false })],
  elu: [dense(8), elu({ alpha: 0.7 })],
  selu: [dense(8), selu()],
  gelu: [dense(8), gelu()],
  'gelu by tanh': [dense(8), gelu({ approximate: 'tanh' })],
  silu: [dense(8), silu()],
  sigmoid: [dense(8), sigmoid()],
  softplus: [dense(8), softplus()],
  softsign: [dense(8), softsign()],
  tanh: [dense(8), tanh()],
  'batchNorm first, after a layer and after an activation': [batchNorm(), dense(8), batchNorm(), relu(), batchNorm()],
  layerNorm: [dense(8), layerNorm({ epsilon: 1e-3 }), tanh()],
  'dropout and passThrough': [dropout(0.5), dense(8), passThrough(), relu(), dropout(0.1)],
  residual: [dense(8), residual([dense(8), relu(), residual([dense(8), batchNorm()])])],
  branches: [
    branches([[passThrough()], [dense(8), relu(), branches([[dense(2)], [dense(3), prelu()]])], [batchNorm()]]),
  ],
};

/** A pipeline without a network. */
export const price = { ...everyFeature, target: regression('price'), loss: meanSquaredError() };

/** A network of one output. */
export const one = [dense(8), relu(), dense(1)];
/** Every kind of target and of loss. */
export const targets: Readonly<
  Record<string, Pick<PipelineOptions, 'target' | 'loss' | 'network'> & Partial<PipelineOptions>>
> = {
  'true or false': { target: binary('late'), loss: binaryCrossEntropy(), network: one },
  '0 or 1, by hinge': { target: binary('paid'), loss: hinge(), network: one },
  'classes of texts': { target: classes('kind'), loss: crossEntropy(), network: [dense(8), relu(), dense(3)] },
  'classes of integers': { target: classes('stars'), loss: crossEntropy(), network: [dense(4)] },
  'classes of fractions': { target: classes('half'), loss: crossEntropy(), network: [dense(3)] },
  'classes of booleans': { target: classes('yes'), loss: crossEntropy(), network: [dense(2)] },
  'a count': { target: regression('visits', { scale: 'none' }), loss: poisson(), network: one },
  'a number, by huber': { target: regression('price'), loss: huber(), network: one },
  'a number as it is': { target: regression('price', { scale: 'none' }), loss: meanAbsoluteError(), network: one },
  'a quantile': { target: regression('price'), loss: quantile({ q: 0.9 }), network: one },
  'a moving average': {
    target: binary('late'),
    loss: binaryCrossEntropy(),
    network: [dense(8), batchNorm(), relu(), dense(1)],
    movingAverage: movingAverage({ decay: 0.9 }),
  },
};

/** Trains a pipeline, and says in which folder. */
export async function trained(t: ExecutionContext, options: PipelineOptions): Promise<string> {
  const directory = await temporaryFolder(t);
  await train(definePipeline(options), { directory });
  return directory;
}
