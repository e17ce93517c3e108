import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  adagrad,
  adam,
  binaryCrossEntropy,
  constant,
  crossEntropy,
  dense,
  type Finding,
  hinge,
  type Initializer,
  type Layer,
  leakyRelu,
  lion,
  meanSquaredError,
  nadam,
  normal,
  poisson,
  relu,
  rmsProp,
  sgd,
  sigmoid,
  tanh,
  uniform,
  zeros,
} from '../../src/index.ts';
import { ownActivation } from '../network/ownLayers.ts';
import { type HealthRun, healthOf, table } from './healthTable.ts';

const classes = { table: table('classes'), loss: crossEntropy() };
const binary = { table: table('binary', { numbers: 5, oneHots: [4] }), loss: binaryCrossEntropy() };
const regression = { table: table('regression'), loss: meanSquaredError() };

/** Hidden layers of 32 units. */
function net(activation: () => Layer, outputs: number, depth = 2, initializer?: Initializer): Layer[] {
  const hidden = Array.from({ length: depth }, () => [dense(32, { initializer }), activation()]);
  return [...hidden.flat(), dense(outputs, { initializer })];
}

const sixfold = ownActivation('sixfold', (z) => 6 * Math.max(z, 0));
const eighth = ownActivation('eighth', (z) => z / 8);
const still = ownActivation(
  'still',
  () => 1,
  () => 0,
);
const faint = ownActivation(
  'faint',
  (z) => z,
  () => 1e-9,
);
const steep = ownActivation(
  'steep',
  (z) => Math.tanh(20 * z),
  (z) => 20 * (1 - Math.tanh(20 * z) ** 2),
);
const hardTanh = () => ownActivation('hardTanh', (z) => Math.max(-1, Math.min(1, z)));
const negative = uniform({ from: -0.5, to: -0.1 });

/** What is planted, and the problem that is to be named first; with the layer or feature, where it has one. */
const problems: readonly (readonly [what: string, run: HealthRun, problem: Finding['problem'], place?: string])[] = [
  // Learning rates.
  [
    'SGD at 100 with tanh',
    { ...binary, network: net(tanh, 1), optimizer: sgd({ learningRate: 100 }) },
    'learningRateTooHigh',
  ],
  [
    'SGD at 10 with ReLU',
    { ...classes, network: net(relu, 3), optimizer: sgd({ learningRate: 10 }) },
    'learningRateTooHigh',
  ],
  [
    'SGD at 0.3 for squares',
    { ...regression, network: net(relu, 1), optimizer: sgd({ learningRate: 0.3 }) },
    'learningRateTooHigh',
  ],
  [
    'momentum at 1, row by row',
    { ...classes, network: net(tanh, 3), batch: 4, optimizer: sgd({ learningRate: 1, momentum: 0.9 }) },
    'learningRateTooHigh',
  ],
  [
    'Adam at 0.5 with ReLU',
    { ...classes, network: net(relu, 3), optimizer: adam({ learningRate: 0.5 }) },
    'learningRateTooHigh',
  ],
  [
    'Adam at 1 with tanh',
    { ...binary, network: net(tanh, 1), optimizer: adam({ learningRate: 1 }) },
    'learningRateTooHigh',
  ],
  [
    'Adam at 0.5 with a batch of all rows',
    { ...regression, network: net(relu, 1), batch: 300, optimizer: adam({ learningRate: 0.5 }) },
    'learningRateTooHigh',
  ],
  [
    'RMSProp at 0.5 with sigmoid',
    { ...classes, network: net(sigmoid, 3, 1), optimizer: rmsProp({ learningRate: 0.5 }) },
    'learningRateTooHigh',
  ],
  [
    'NAdam at 0.5',
    { ...regression, network: net(tanh, 1), optimizer: nadam({ learningRate: 0.5 }) },
    'learningRateTooHigh',
  ],
  ['Lion at 1', { ...binary, network: net(relu, 1), optimizer: lion({ learningRate: 1 }) }, 'learningRateTooHigh'],
  [
    'Adagrad at 10',
    { ...classes, network: net(leakyRelu, 3), optimizer: adagrad({ learningRate: 10 }) },
    'learningRateTooHigh',
  ],
  ['SGD at 1e-7', { ...classes, network: net(relu, 3), optimizer: sgd({ learningRate: 1e-7 }) }, 'learningRateTooLow'],
  [
    'Adam at 1e-7',
    { ...regression, network: net(tanh, 1), optimizer: adam({ learningRate: 1e-7 }) },
    'learningRateTooLow',
  ],
  [
    'RMSProp at 1e-8',
    { ...binary, network: net(relu, 1), optimizer: rmsProp({ learningRate: 1e-8 }) },
    'learningRateTooLow',
  ],
  [
    'Lion at 1e-8, all rows at once',
    { ...binary, network: net(relu, 1), batch: 300, optimizer: lion({ learningRate: 1e-8 }) },
    'learningRateTooLow',
  ],
  // First weights.
  [
    'weights that are all zero',
    { ...classes, network: net(relu, 3, 2, zeros()), optimizer: adam() },
    'copiedUnits',
    '1.dense',
  ],
  [
    'weights that are all 0.1',
    { ...binary, network: net(tanh, 1, 2, constant(0.1)), optimizer: sgd({ learningRate: 0.1 }) },
    'copiedUnits',
    '1.dense',
  ],
  [
    'weights of deviation 1 in six layers',
    { ...classes, network: net(relu, 3, 6, normal({ deviation: 1 })), optimizer: adam() },
    'largeInitialWeights',
    '3.dense',
  ],
  [
    'weights of deviation 3 before tanh',
    { ...binary, network: net(tanh, 1, 1, normal({ deviation: 3 })), optimizer: adam() },
    'largeInitialWeights',
    '1.dense',
  ],
  [
    "weights of deviation 3 before a user's own activation",
    { ...binary, network: net(hardTanh, 1, 1, normal({ deviation: 3 })), optimizer: adam() },
    'largeInitialWeights',
    '1.dense',
  ],
  [
    'weights of deviation 0.01 in five layers',
    { ...classes, network: net(tanh, 3, 5, normal({ deviation: 0.01 })), optimizer: sgd({ learningRate: 0.1 }) },
    'smallInitialWeights',
    '1.dense',
  ],
  [
    'weights of deviation 0.0001',
    { ...regression, network: net(relu, 1, 2, normal({ deviation: 1e-4 })), optimizer: sgd({ learningRate: 0.01 }) },
    'smallInitialWeights',
    '1.dense',
  ],
  [
    'weights below zero over features above',
    {
      ...binary,
      table: table('binary', { scale: 'minMax' }),
      network: [dense(32, { initializer: negative }), relu(), dense(1)],
      optimizer: adam(),
    },
    'deadUnits',
    '2.relu',
  ],
  // Activations.
  [
    'seven layers of sigmoid',
    { ...classes, network: net(sigmoid, 3, 7), optimizer: sgd({ learningRate: 0.1 }) },
    'vanishingGradient',
    '1.dense',
  ],
  [
    'a sigmoid before a loss that takes logits',
    { ...binary, network: [...net(relu, 1), sigmoid()], optimizer: adam() },
    'boundedOutput',
    '6.sigmoid',
  ],
  [
    'a ReLU after the last layer of a regression',
    { ...regression, network: [...net(tanh, 1), relu()], optimizer: adam() },
    'boundedOutput',
    '6.relu',
  ],
  [
    'eight layers that each make it six times as large',
    { ...classes, network: net(() => sixfold, 3, 8), optimizer: sgd({ learningRate: 1e-9 }) },
    'explodingGradient',
    '1.dense',
  ],
  [
    'a tanh that is far too steep',
    { ...binary, network: net(() => steep, 1, 1), optimizer: adam() },
    'saturation',
    '2.steep',
  ],
  [
    'eight layers that each make it six times as large, in batches of four rows, too few for their gradient to tell',
    { ...classes, network: net(() => sixfold, 3, 8), batch: 4, optimizer: sgd({ learningRate: 1e-9 }) },
    'growingActivations',
    '16.sixfold',
  ],
  [
    'eight layers that each make it an eighth as large, in batches of four rows',
    { ...classes, network: net(() => eighth, 3, 8), batch: 4, optimizer: sgd({ learningRate: 0.1 }) },
    'shrinkingActivations',
    '16.eighth',
  ],
  [
    'a last layer that gives the same for all',
    { ...classes, network: [dense(3), still], optimizer: adam() },
    'zeroGradient',
  ],
  [
    'a layer that next to no gradient passes',
    {
      ...classes,
      network: [dense(32), { ...faint, surrogateGradient: true }, dense(3)],
      optimizer: sgd({ learningRate: 0.1 }),
    },
    'smallUpdates',
    '1.dense',
  ],
  // Rows.
  [
    'a feature that is not scaled',
    {
      ...regression,
      table: table('regression', { number: (x, j) => (j === 2 ? 3000 + 800 * x : x) }),
      network: net(relu, 1),
      optimizer: adam(),
    },
    'featureRange',
    'x2',
  ],
  [
    'features that are not scaled, at a rate that throws the network about',
    {
      ...binary,
      table: table('binary', { number: (x) => 100 * x }),
      network: net(tanh, 1),
      optimizer: sgd({ learningRate: 0.1 }),
    },
    'featureRange',
  ],
  [
    'a feature in far too large a unit',
    {
      ...classes,
      table: table('classes', { number: (x, j) => (j === 1 ? 1e-6 * x : x) }),
      network: net(relu, 3),
      optimizer: adam(),
    },
    'featureRange',
    'x1',
  ],
  [
    'a target that is not scaled',
    {
      ...regression,
      table: table('regression', { target: (y) => 250_000 + 80_000 * y }),
      network: net(relu, 1),
      optimizer: adam(),
    },
    'targetRange',
  ],
  [
    'the same target for all rows',
    { ...binary, table: table('binary', { target: () => 0 }), network: net(relu, 1), optimizer: adam() },
    'constantTarget',
  ],
  [
    'the same features for all rows',
    { ...binary, table: table('binary', { number: () => 0.5 }), network: net(relu, 1), optimizer: adam() },
    'constantInput',
  ],
  [
    'counts that were scaled',
    { ...regression, loss: poisson(), network: net(relu, 1), optimizer: adam() },
    'unsuitedLoss',
  ],
  [
    'a yes or no that is learned as a number',
    { ...regression, table: table('binary', { target: (y) => 2 * y - 1 }), network: net(relu, 1), optimizer: adam() },
    'unsuitedLoss',
  ],
  [
    'targets of -1 and 1 for a loss of 0 and 1',
    {
      ...binary,
      table: table('binary', { target: (y) => 2 * y - 1 }),
      loss: hinge(),
      network: net(relu, 1),
      optimizer: adam(),
    },
    'unsuitedLoss',
  ],
  [
    'rows in the order of the target',
    {
      ...binary,
      table: sortedBy(table('binary', { rows: 2000 }), 'y'),
      shuffled: false,
      network: net(relu, 1),
      optimizer: adam(),
    },
    'orderedStream',
  ],
  [
    'rows in the order of a feature',
    {
      ...regression,
      table: sortedBy(table('regression', { rows: 2000 }), 'x'),
      shuffled: false,
      network: net(relu, 1),
      optimizer: adam(),
    },
    'orderedStream',
  ],
  [
    'each row a hundred times, one after another',
    {
      ...regression,
      table: repeated(table('regression', { rows: 40 }), 100),
      shuffled: false,
      network: net(tanh, 1),
      optimizer: adam(),
    },
    'orderedStream',
  ],
];

function sortedBy({ layout, x, y }: HealthRun['table'], key: 'x' | 'y'): HealthRun['table'] {
  const of = (row: number) => (key === 'x' ? x[row][0] : y[row]);
  const order = x.map((_, row) => row).sort((a, b) => of(a) - of(b));
  return { layout, x: order.map((row) => x[row]), y: order.map((row) => y[row]) };
}

function repeated({ layout, x, y }: HealthRun['table'], times: number): HealthRun['table'] {
  const rows = Array.from({ length: x.length * times }, (_, i) => Math.floor(i / times));
  return { layout, x: rows.map((row) => x[row]), y: rows.map((row) => y[row]) };
}

for (const [what, run, problem, place] of problems) {
  test(`of ${what} the first finding is ${problem}`, async (t) => {
    const { findings } = await healthOf(run);
    for (const { step, message } of findings) t.log(`${step}: ${message}`);
    t.is(findings[0]?.problem, problem);
    if (place) t.is(findings[0].layer ?? findings[0].feature, place);
    const { step } = findings[0];
    // One cause, in one or more places, not what follows from it.
    t.deepEqual(
      new Set(findings.filter((other) => other.step === step).map((other) => other.problem)),
      new Set([problem]),
    );
  });
}

test('each problem that there is is planted, and has a row in docs/health.md, in the same order', (t) => {
  const [, union] = /export type Problem =([^;]*);/.exec(readFileSync('src/train/types.ts', 'utf8')) ?? [];
  const declared = [...(union ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const documented = [...readFileSync('docs/health.md', 'utf8').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  t.true(declared.length > 0);
  t.deepEqual(documented, declared);
  t.deepEqual([...new Set(problems.map(([, , problem]) => problem as string))].sort(), declared.toSorted());
});
