import test from 'ava';
import { pipe } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import type { EngineName } from '../../src/engine/types.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { constant } from '../../src/network/initializers/constant.ts';
import { normal } from '../../src/network/initializers/normal.ts';
import { uniform } from '../../src/network/initializers/uniform.ts';
import type { Initializer, Layer } from '../../src/network/layer.ts';
import { branches } from '../../src/network/layers/branches.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { softsign } from '../../src/network/layers/softsign.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { oneCycle } from '../../src/optimizer/schedules/oneCycle.ts';
import { stepDecay } from '../../src/optimizer/schedules/stepDecay.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { createReportedProblems } from '../../src/train/health/reportedProblems.ts';
import { health } from '../../src/train/health.ts';
import type { Finding, Step, TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';
import { layoutOf } from '../network/miniBatchOf.ts';
import { ownActivation } from '../network/ownLayers.ts';
import { findingsOf, WIDTH, watch } from './watched.ts';

const layout = layoutOf(WIDTH);

/** So many hidden layers of 50 units, each with the same activation. */
function deep(depth: number, activation: () => Layer, initializer?: Initializer): Layer[] {
  const hidden = Array.from({ length: depth }, () => [dense(50, { initializer }), activation()]);
  return [...hidden.flat(), dense(3, { initializer })];
}

const small = (engine?: EngineName) =>
  watch({ layers: deep(2, relu), optimizer: adam(), everySteps: 2, layout, engine });

holdTo(
  test,
  operatorLaws<MiniBatch, Step | Finding>('health', {
    make: () => {
      const { stages, watching } = small('reference');
      return pipe(stages, watching);
    },
    // Any array will do for the reference engine: the batches come from another one of its kind.
    inputs: () => small('reference').batches.slice(0, 5),
    shared: 'the parameters of the network, and what health remembers',
  }),
);

const places = (findings: readonly Finding[]) =>
  findings.map(({ step, problem, layer, feature }) => `${step} ${problem} ${layer ?? feature}`);

test('a healthy run gives every step and nothing else', async (t) => {
  const events = await small().events(40);
  t.deepEqual(
    events.map((event) => `${event.kind} ${event.step}`),
    Array.from({ length: 40 }, (_, i) => `step ${i + 1}`),
  );
});

test('ten layers of tanh and ten of ReLU are healthy with their default weights', async (t) => {
  for (const activation of [tanh, relu]) {
    t.deepEqual(await findingsOf({ layers: deep(10, activation), optimizer: sgd({ learningRate: 0.02 }) }, 400), []);
  }
});

test('names a deep sigmoid network: the gradient vanishes', async (t) => {
  const findings = await findingsOf({ layers: deep(7, sigmoid), optimizer: sgd({ learningRate: 0.1 }) }, 1);
  t.deepEqual(places(findings), ['1 vanishingGradient 1.dense']);
  t.regex(findings[0].message, /^1\.dense: .* falls by a factor of \d\.?\d? a layer$/);
});

test('names small weights, and what shows it', async (t) => {
  const layers = deep(5, tanh, normal({ deviation: 0.01 }));
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.1 }) }, 1);
  t.deepEqual(places(findings), ['1 smallInitialWeights 1.dense']);
  t.regex(findings[0].message, /^1\.dense: its first weights are too small, 0\.0\d+ in size: .* falls by a factor of/);
});

test('names large weights before ReLU, and what shows it', async (t) => {
  const layers = deep(6, relu, normal({ deviation: 1 }));
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 1e-9 }) }, 1);
  t.deepEqual(places(findings), ['1 largeInitialWeights 1.dense']);
  t.regex(findings[0].message, /^1\.dense: its first weights are too large, .* in size: .* grows by a factor of/);
});

test('names large weights before tanh and sigmoid: units are saturated', async (t) => {
  const initializer = normal({ deviation: 3 });
  for (const activation of [tanh, sigmoid]) {
    const layers = [dense(50, { initializer }), activation(), dense(3)];
    const [finding, ...rest] = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.01 }) }, 1);
    t.deepEqual(places([finding, ...rest]), ['1 largeInitialWeights 1.dense']);
    t.regex(finding.message, /: 2\.\w+: \d+ % of its answers are saturated/);
  }
});

test('says nothing of first weights of a network that was trained before', async (t) => {
  const layers = [dense(50, { initializer: normal({ deviation: 3 }) }), tanh(), dense(3)];
  const run = { layers, optimizer: sgd({ learningRate: 0.01 }) };
  t.deepEqual(await findingsOf({ ...run, trained: true }, 1), []);
  t.is((await findingsOf(run, 1)).length, 1);
});

test("a user's own activation is diagnosed as ours are, whether it says what it is or not", async (t) => {
  const clip = (z: number) => Math.max(-1, Math.min(1, z));
  const hardTanh = ownActivation('hardTanh', clip);
  const myRelu = ownActivation('myRelu', (z) => Math.max(z, 0));
  const initializer = normal({ deviation: 3 });
  for (const activation of [hardTanh, { ...hardTanh, activation: { range: [-1, 1] } } as const]) {
    const layers = [dense(50, { initializer }), activation, dense(3)];
    const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.01 }), engine: 'reference' }, 1);
    t.deepEqual(places(findings), ['1 largeInitialWeights 1.dense']);
    t.regex(findings[0].message, /2\.hardTanh: \d+ % of its answers are saturated, at the bounds of \[-1, 1\]/);
  }
  for (const activation of [myRelu, { ...myRelu, activation: { range: [0, Infinity] } } as const]) {
    const layers = [dense(50, { initializer: uniform({ from: -1, to: -0.5 }) }), activation, dense(3)];
    const run = { layers, optimizer: sgd({ learningRate: 0.1 }), change: Math.abs };
    t.deepEqual(places(await findingsOf({ ...run, engine: 'reference' }, 8)), ['1 deadUnits 2.myRelu']);
  }
});

test('a rectifier that is bounded above is not saturated where it is off', async (t) => {
  const relu6 = ownActivation('relu6', (z) => Math.max(0, Math.min(6, z)));
  t.deepEqual(await findingsOf({ layers: deep(2, () => relu6), optimizer: adam(), engine: 'reference' }, 20), []);
});

test('an output that is sure of itself is not saturated', async (t) => {
  const layers = [dense(50), tanh(), dense(3, { initializer: normal({ deviation: 5 }) }), softsign()];
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.01 }) }, 1);
  t.false(findings.some(({ problem }) => problem === 'saturation'));
});

test('of units that die at a high learning rate it names the rate', async (t) => {
  const findings = await findingsOf({ layers: deep(2, relu), optimizer: adam({ learningRate: 0.5 }) }, 600);
  t.deepEqual(places(findings), ['2 learningRateTooHigh undefined']);
  t.regex(findings[0].message, /^a learning rate of 0\.5 is too high: the last 64 rows cost [\d.]+ each before/);
  t.regex(findings[0].advice, /^Train anew with 0\.05, or less/);
});

test('names units that never answer, in the first rows where it is all of them, and else when it has seen rows enough', async (t) => {
  const run = { optimizer: sgd({ learningRate: 0.01 }), change: Math.abs };
  const negative = (units: number) => dense(units, { initializer: uniform({ from: -1, to: -0.5 }) });
  const all = await findingsOf({ ...run, layers: [negative(50), relu(), dense(3)] }, 8);
  t.deepEqual(places(all), ['1 deadUnits 2.relu']);
  t.is(all[0].measured, 1);
  t.regex(all[0].message, /50 of 50 units \(100 %\) were off in all rows so far, 64: they began dead/);
  const some = await findingsOf({ ...run, layers: [branches([[negative(40)], [dense(10)]]), relu(), dense(3)] }, 8);
  // Two steps are 128 rows, five are 320.
  t.deepEqual(places(some), ['5 deadUnits 2.relu']);
  t.true(some[0].measured >= 0.8);
});

test('names constant weights: units are copies of each other, and stay it', async (t) => {
  const layers = deep(2, tanh, constant(0.1));
  const { events } = watch({ layers, optimizer: adam(), everySteps: 50 });
  const findings = (await events(1)).filter((event) => event.kind === 'finding');
  t.deepEqual(
    places(findings).filter((place) => place.includes('copiedUnits')),
    ['1 copiedUnits 1.dense', '1 copiedUnits 3.dense'],
  );
  t.is(findings.find(({ problem }) => problem === 'copiedUnits')?.measured, 49 / 50);
});

test('equal weights whose gradients differ are no copies: they part', async (t) => {
  const layers = [dense(50, { initializer: constant(0.1) }), tanh(), dense(3)];
  t.deepEqual(await findingsOf({ layers, optimizer: adam() }, 1), []);
});

test('names a learning rate that is far too high, and one that is far too low', async (t) => {
  const hot = await findingsOf({ layers: deep(1, tanh), optimizer: sgd({ learningRate: 100 }) }, 20);
  t.deepEqual(places(hot), ['2 learningRateTooHigh undefined']);
  const cold = await findingsOf({ layers: deep(1, tanh), optimizer: sgd({ learningRate: 1e-6 }) }, 20);
  t.deepEqual(places(cold), ['10 learningRateTooLow undefined']);
  t.regex(cold[0].advice, /^Raise the learning rate, to [\d.e-]+ or so$/);
});

test('a rate that is still rising is not too low', async (t) => {
  const optimizer = sgd({ learningRate: oneCycle({ learningRate: 0.1, steps: 1000, startDivisor: 1e6 }) });
  t.deepEqual(await findingsOf({ layers: deep(1, tanh), optimizer }, 50), []);
});

test('a run that has learned, and whose rate has come down to nothing, is healthy', async (t) => {
  const optimizer = adam({ learningRate: stepDecay({ learningRate: 0.01, everySteps: 100, factor: 1e-6 }) });
  t.deepEqual(await findingsOf({ layers: deep(1, tanh), optimizer }, 450), []);
});

test('names the want of a gradient, not the rate', async (t) => {
  const still = ownActivation(
    'still',
    () => 1,
    () => 0,
  );
  const findings = await findingsOf({ layers: [dense(3), still], optimizer: adam(), engine: 'reference' }, 20);
  t.deepEqual(places(findings), ['10 zeroGradient undefined']);
});

test('names the layer that does not move where others do', async (t) => {
  const faint = ownActivation(
    'faint',
    (z) => z,
    () => 1e-9,
  );
  const layers = [dense(50), { ...faint, surrogateGradient: true }, dense(3)];
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.1 }), engine: 'reference' }, 20);
  t.deepEqual(places(findings), ['10 smallUpdates 1.dense']);
});

test('names a feature far outside the range that it was fitted on', async (t) => {
  const change = (value: number, _row: number, column: number) => (column === 3 ? value + 500 : value);
  const findings = await findingsOf({ layers: deep(1, relu), optimizer: adam(), layout, change }, 1);
  t.deepEqual(places(findings), ['1 featureRange x']);
  t.regex(findings[0].message, /^feature x: \|x\| > 10 in 100 % of 64 rows/);
});

test('a few rows far out are no problem', async (t) => {
  const change = (value: number, row: number) => (row === 5 ? 1000 * value : value);
  t.deepEqual(await findingsOf({ layers: deep(1, tanh), optimizer: adam(), layout, change }, 1), []);
});

test('tells each problem once in each place', async (t) => {
  const layers = deep(7, sigmoid);
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 1e-4 }), everySteps: 5 }, 50);
  t.deepEqual(places(findings), ['1 vanishingGradient 1.dense']);
});

test('a problem that has healed is told when it comes back, first weights only once', (t) => {
  const diagnosis = { measured: 1, expected: '', message: '', advice: '', layer: '1.dense', explains: [] };
  for (const [problem, again] of [
    ['deadUnits', 1],
    ['largeInitialWeights', 0],
  ] as const) {
    const told = createReportedProblems();
    const found = [{ ...diagnosis, problem }];
    t.is(told.news(found).length, 1);
    for (let i = 0; i < 2; i++) told.news([]);
    t.is(told.news(found).length, 0);
    for (let i = 0; i < 3; i++) told.news([]);
    t.is(told.news(found).length, again);
  }
});

test('emits a finding before the step that shows it', async (t) => {
  const layers = deep(7, sigmoid);
  const events = await watch({ layers, optimizer: sgd({ learningRate: 0.1 }) }).events(2);
  t.deepEqual(
    events.map(({ kind, step }) => `${kind} ${step}`),
    ['finding 1', 'step 1', 'step 2'],
  );
});

for (const [name, ill] of [
  ['a high rate', { layers: deep(2, relu), optimizer: adam({ learningRate: 0.5 }) }],
  ['a low rate', { layers: deep(2, tanh), optimizer: sgd({ learningRate: 1e-7 }) }],
  [
    'dead units',
    {
      layers: [dense(50, { initializer: constant(-1) }), relu(), dense(3)],
      optimizer: sgd({ learningRate: 0.1 }),
      change: Math.abs,
    },
  ],
  [
    'a feature far out',
    {
      layers: deep(1, relu),
      optimizer: adam(),
      change: (x: number, _row: number, column: number) => (column === 3 ? x + 50 : x),
    },
  ],
  ['no problem', { layers: deep(2, relu), optimizer: adam() }],
] as const) {
  test(`says the same of ${name} from a snapshot after any step`, async (t) => {
    const options = { ...ill, everySteps: 10, layout };
    const whole = await watch(options).events(60);
    const isFinding = ({ kind }: TrainingEvent) => kind === 'finding';
    t.is(whole.some(isFinding), name !== 'no problem');
    for (const k of [1, 2, 3, 5, 7, 9, 10, 11, 33, 50, 59]) {
      const first = watch(options);
      const before = await first.events(k);
      const saved = JSON.parse(JSON.stringify(first.watching.snapshot()));
      const second = watch(options);
      second.training.restore(first.training.snapshot());
      second.watching.restore(saved);
      const after = await second.events(60 - k);
      t.deepEqual([...before, ...after].filter(isFinding), whole.filter(isFinding), `${k}`);
      const unbroken = watch(options);
      await unbroken.events(60);
      t.deepEqual(second.watching.snapshot(), unbroken.watching.snapshot(), `${k}`);
    }
  });
}

test('goes on from a snapshot that remembers less, as a run that was trained before', async (t) => {
  const options = { layers: deep(2, tanh, normal({ deviation: 3 })), optimizer: adam(), everySteps: 10, layout };
  const first = watch(options);
  await first.events(3);
  const second = watch(options);
  second.training.restore(first.training.snapshot());
  const { reported } = first.watching.snapshot();
  second.watching.restore({ examination: { window: {} }, reported } as never);
  const said = (await second.events(40)).filter(({ kind }) => kind === 'finding') as Finding[];
  t.false(said.some(({ problem }) => problem === 'largeInitialWeights'));
  const third = watch(options);
  third.training.restore(second.training.snapshot());
  third.watching.restore(JSON.parse(JSON.stringify(second.watching.snapshot())));
  t.deepEqual(third.watching.snapshot(), second.watching.snapshot());
});

test('says the same over epochs as over one', async (t) => {
  const options = { layers: deep(2, relu), optimizer: adam({ learningRate: 0.5 }), everySteps: 10, layout };
  const whole = await watch(options).events(60);
  const parts = watch(options);
  const epochs = [...(await parts.events(25)), ...(await parts.events(35))];
  const findings = (events: typeof whole) => events.filter((event) => event.kind === 'finding');
  t.deepEqual(findings(epochs), findings(whole));
});

test('leaves the parameters as they would be without it', async (t) => {
  const watched = small();
  await watched.events(20);
  const blind = watch({ layers: deep(2, relu), optimizer: adam(), everySteps: 1000 });
  await blind.events(20);
  t.deepEqual(watched.network.parameters, blind.network.parameters);
});

test('refuses an interval that is no whole number of steps', (t) => {
  for (const everySteps of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => health(small().network, crossEntropy(), { everySteps }), {
      name: 'OptionError',
      message: /^health: everySteps: expected an integer of at least 1/,
    });
  }
});
