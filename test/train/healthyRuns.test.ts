import test from 'ava';
import {
  adagrad,
  adam,
  adamW,
  batchNorm,
  binaryCrossEntropy,
  branches,
  cosineDecay,
  crossEntropy,
  dense,
  dropout,
  elu,
  gelu,
  huber,
  type Layer,
  layerNorm,
  leakyRelu,
  lion,
  meanAbsoluteError,
  meanSquaredError,
  nadam,
  oneCycle,
  passThrough,
  poisson,
  prelu,
  relu,
  residual,
  rmsProp,
  selu,
  sgd,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  xavier,
} from '../../src/index.ts';
import { ownActivation } from '../network/ownLayers.ts';
import { type HealthRun, healthOf, table } from './healthTable.ts';

const classes = { table: table('classes'), loss: crossEntropy() };
const binary = { table: table('binary', { numbers: 5, oneHots: [4] }), loss: binaryCrossEntropy() };
const regression = { table: table('regression'), loss: meanSquaredError() };
const counts = { table: table('regression', { target: (y) => Math.round(Math.exp(1 + 0.5 * y)) }), loss: poisson() };

/** Hidden layers of so many units. */
function net(activation: () => Layer, outputs: number, ...units: readonly number[]): Layer[] {
  return [...units.flatMap((width) => [dense(width), activation()]), dense(outputs)];
}

const runs: readonly (readonly [what: string, run: HealthRun])[] = [
  ['ReLU and Adam, classes', { ...classes, network: net(relu, 3, 32, 32), optimizer: adam() }],
  ['ReLU and Adam at 0.01', { ...binary, network: net(relu, 1, 64), optimizer: adam({ learningRate: 0.01 }) }],
  ['tanh and SGD', { ...classes, network: net(tanh, 3, 32, 32), optimizer: sgd({ learningRate: 0.1 }) }],
  ['sigmoid and SGD', { ...binary, network: net(sigmoid, 1, 16), optimizer: sgd({ learningRate: 0.3 }) }],
  [
    'momentum',
    { ...regression, network: net(relu, 1, 32, 32), optimizer: sgd({ learningRate: 0.003, momentum: 0.9 }) },
  ],
  [
    'Nesterov',
    { ...classes, network: net(gelu, 3, 32), optimizer: sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true }) },
  ],
  ['RMSProp', { ...binary, network: net(elu, 1, 32, 16), optimizer: rmsProp({ learningRate: 1e-3 }) }],
  ['Adagrad', { ...regression, network: net(leakyRelu, 1, 32), optimizer: adagrad({ learningRate: 0.01 }) }],
  ['NAdam and SELU', { ...classes, network: net(selu, 3, 64, 64), optimizer: nadam() }],
  ['Lion', { ...binary, network: net(silu, 1, 64), optimizer: lion({ learningRate: 3e-4 }) }],
  ['AdamW with decay', { ...regression, network: net(softsign, 1, 32, 32), optimizer: adamW({ learningRate: 3e-3 }) }],
  ['softplus', { ...classes, network: net(softplus, 3, 32), optimizer: adam({ learningRate: 3e-3 }) }],
  ['PReLU, row by row', { ...binary, batch: 1, steps: 600, network: net(prelu, 1, 16), optimizer: adam() }],
  ['a mini-batch of four', { ...regression, batch: 4, steps: 600, network: net(tanh, 1, 32), optimizer: adam() }],
  ['all rows at once', { ...classes, batch: 300, network: net(relu, 3, 32), optimizer: adam({ learningRate: 0.01 }) }],
  [
    'forty rows',
    {
      ...binary,
      table: table('binary', { rows: 40, numbers: 3 }),
      batch: 16,
      network: net(relu, 1, 16),
      optimizer: adam({ learningRate: 0.01 }),
    },
  ],
  [
    'five thousand rows, 128 at once',
    {
      ...classes,
      table: table('classes', { rows: 5000, numbers: 20 }),
      batch: 128,
      network: net(relu, 3, 64, 32),
      optimizer: adam(),
    },
  ],
  ['a linear model', { ...regression, network: [dense(1)], optimizer: sgd({ learningRate: 0.03 }) }],
  [
    'a logistic regression on one-hots',
    {
      ...binary,
      table: table('binary', { numbers: 0, oneHots: [6, 8, 3] }),
      network: [dense(1)],
      optimizer: adam({ learningRate: 0.01 }),
    },
  ],
  [
    'features between 0 and 1',
    {
      ...classes,
      table: table('classes', { scale: 'minMax' }),
      network: net(relu, 3, 64, 64),
      optimizer: adam({ learningRate: 3e-3 }),
      steps: 600,
    },
  ],
  [
    'three rows in a hundred are 1',
    {
      ...binary,
      table: table('binary', { rows: 2000, positive: 0.03 }),
      network: net(relu, 1, 32),
      optimizer: adam(),
      steps: 400,
    },
  ],
  [
    'much that the features do not tell',
    { ...binary, table: table('binary', { rows: 2000, noise: 2 }), network: net(relu, 1, 32), optimizer: adam() },
  ],
  [
    'a target that leaps',
    {
      ...regression,
      table: table('regression', { target: (y) => y ** 3 / 3 }),
      loss: huber(),
      network: net(relu, 1, 32),
      optimizer: adam(),
    },
  ],
  [
    'absolute errors',
    { ...regression, loss: meanAbsoluteError(), network: net(elu, 1, 32), optimizer: adam({ learningRate: 3e-3 }) },
  ],
  ['counts', { ...counts, network: net(tanh, 1, 32), optimizer: adam({ learningRate: 3e-3 }) }],
  [
    'batch normalization in five layers of sigmoid',
    {
      ...classes,
      network: [...Array.from({ length: 5 }, () => [dense(32), batchNorm(), sigmoid()]).flat(), dense(3)],
      optimizer: adam({ learningRate: 0.01 }),
    },
  ],
  [
    'layer normalization, and weights that are too large for a network without',
    { ...classes, network: [dense(32, { initializer: xavier() }), layerNorm(), gelu(), dense(3)], optimizer: adam() },
  ],
  [
    'dropout',
    {
      ...classes,
      table: table('classes', { rows: 2000 }),
      network: [dense(64), relu(), dropout(0.3), dense(64), relu(), dropout(0.3), dense(3)],
      optimizer: adam(),
    },
  ],
  [
    'residual blocks',
    {
      ...regression,
      network: [dense(32), ...Array.from({ length: 4 }, () => residual([dense(32), tanh(), dense(32)])), dense(1)],
      optimizer: adam(),
    },
  ],
  [
    'branches, wide and deep',
    { ...binary, network: [branches([[passThrough()], net(relu, 8, 32)]), dense(1)], optimizer: adam() },
  ],
  ['ten layers of ReLU', { ...classes, network: net(relu, 3, ...new Array<number>(10).fill(32)), optimizer: adam() }],
  ['ten layers of tanh', { ...binary, network: net(tanh, 1, ...new Array<number>(10).fill(32)), optimizer: adam() }],
  [
    'a rate that rises and falls',
    {
      ...classes,
      network: net(relu, 3, 32, 32),
      optimizer: adam({ learningRate: oneCycle({ learningRate: 0.01, steps: 250 }) }),
    },
  ],
  [
    'a rate that falls to nothing',
    {
      ...regression,
      network: net(relu, 1, 32),
      optimizer: adam({ learningRate: cosineDecay({ learningRate: 0.01, steps: 200 }) }),
      steps: 500,
    },
  ],
  [
    'four mini-batches to an update',
    {
      ...classes,
      batch: 8,
      accumulated: 4,
      steps: 800,
      network: net(relu, 3, 32),
      optimizer: adam({ learningRate: 3e-3 }),
    },
  ],
  [
    "a user's own activation",
    {
      ...binary,
      network: net(() => ownActivation('cube', (z) => Math.cbrt(z ** 3 / (1 + z ** 2))), 1, 32),
      optimizer: adam(),
    },
  ],
  ['looked at every 10 steps', { ...regression, everySteps: 10, network: net(relu, 1, 32, 32), optimizer: adam() }],
];

for (const [what, run] of runs) {
  test(`nothing is found wrong with ${what}`, async (t) => {
    const { findings, loss, zero } = await healthOf(run);
    t.deepEqual(findings, []);
    // It has learned something, and is thus as healthy as it looks.
    t.log(`a loss of ${loss.toFixed(3)}, that of answering zero is ${zero.toFixed(3)}`);
    t.true(loss < 0.98 * zero);
  });
}
