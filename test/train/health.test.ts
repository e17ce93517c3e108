import test from 'ava';
import { pipe } from 'rxjs';
import { constant } from '../../src/network/initializers/constant.ts';
import { normal } from '../../src/network/initializers/normal.ts';
import type { Initializer, Layer } from '../../src/network/layer.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { adam } from '../../src/optimizer/adam.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { health } from '../../src/train/health.ts';
import type { EngineName, Finding, MiniBatch, Step } from '../../src/types.ts';
import { layoutOf } from '../network/miniBatchOf.ts';
import { operatorLaws } from '../operatorLaws.ts';
import { findingsOf, WIDTH, watch } from './watched.ts';

const layout = layoutOf(WIDTH);

/** So many hidden layers of 50 units, each with the same activation. */
function deep(depth: number, activation: () => Layer, initializer?: Initializer): Layer[] {
  const hidden = Array.from({ length: depth }, () => [dense(50, { initializer }), activation()]);
  return [...hidden.flat(), dense(3, { initializer })];
}

const small = (engine?: EngineName) =>
  watch({ layers: deep(2, relu), optimizer: adam(), everySteps: 2, layout, engine });

operatorLaws<MiniBatch, Step | Finding>(test, 'health', {
  make: () => {
    const { stages, watching } = small('reference');
    return pipe(stages, watching);
  },
  // Any array will do for the reference engine: the batches come from another one of its kind.
  inputs: () => small('reference').batches.slice(0, 5),
  shared: 'the parameters of the network, and what health remembers',
});

const places = (findings: readonly Finding[]) =>
  findings.map(({ step, illness, layer, feature }) => `${step} ${illness} ${layer ?? feature}`);

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

test('names a deep sigmoid network: activations shrink and the gradient vanishes', async (t) => {
  const findings = await findingsOf({ layers: deep(7, sigmoid), optimizer: sgd({ learningRate: 0.1 }) }, 1);
  t.deepEqual(places(findings), ['1 shrinkingActivations 14.sigmoid', '1 vanishingGradient 1.dense']);
  t.regex(findings[1].message, /^1\.dense: .* falls by a factor of \d\.?\d? a layer$/);
});

test('names small weights: activations shrink and the gradient vanishes', async (t) => {
  const layers = deep(5, tanh, normal({ deviation: 0.01 }));
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.1 }) }, 1);
  t.deepEqual(places(findings), ['1 shrinkingActivations 10.tanh', '1 vanishingGradient 1.dense']);
});

test('names large weights before ReLU: activations grow and the gradient explodes', async (t) => {
  const layers = deep(6, relu, normal({ deviation: 1 }));
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 1e-9 }) }, 1);
  t.deepEqual(places(findings), ['1 growingActivations 12.relu', '1 explodingGradient 1.dense']);
});

test('names large weights before tanh and sigmoid: units saturate', async (t) => {
  const initializer = normal({ deviation: 3 });
  for (const activation of [tanh, sigmoid]) {
    const layers = [dense(50, { initializer }), activation(), dense(3)];
    const [finding, ...rest] = await findingsOf({ layers, optimizer: sgd({ learningRate: 0.01 }) }, 1);
    t.deepEqual(places([finding, ...rest]), [`1 saturation 2.${activation().kind}`]);
    t.true(finding.measured > 0.5);
  }
});

test('an output that is sure of itself is not saturated', async (t) => {
  const layers = [dense(3, { initializer: normal({ deviation: 5 }) }), sigmoid()];
  t.deepEqual(await findingsOf({ layers, optimizer: sgd({ learningRate: 0.01 }) }, 1), []);
});

test('names units that die at a high learning rate', async (t) => {
  const findings = await findingsOf({ layers: deep(2, relu), optimizer: adam({ learningRate: 0.5 }) }, 600);
  const dead = findings.filter(({ illness }) => illness === 'deadUnits');
  t.true(dead.length >= 1);
  t.regex(dead[0].message, /^\d\.relu: \d+ of 50 units \(\d+ %\) were zero in all of \d+ rows/);
});

test('names units that never answer, and waits until it has seen rows enough', async (t) => {
  const layers = [dense(50, { initializer: constant(-1) }), relu(), dense(3)];
  const run = { layers, optimizer: sgd({ learningRate: 0.1 }), change: Math.abs, everySteps: 2 };
  const dead = (await findingsOf(run, 8)).filter(({ illness }) => illness === 'deadUnits');
  // Two steps a window are 128 rows, four are 256.
  t.deepEqual(places(dead), ['4 deadUnits 2.relu']);
  t.is(dead[0].measured, 1);
});

test('names constant weights: units are copies of each other, and stay it', async (t) => {
  const layers = deep(2, tanh, constant(0.1));
  const { events } = watch({ layers, optimizer: adam(), everySteps: 50 });
  const findings = (await events(1)).filter((event) => event.kind === 'finding');
  t.deepEqual(
    places(findings).filter((place) => place.includes('copiedUnits')),
    ['1 copiedUnits 1.dense', '1 copiedUnits 3.dense'],
  );
  t.is(findings.find(({ illness }) => illness === 'copiedUnits')?.measured, 49 / 50);
});

test('equal weights whose gradients differ are no copies: they part', async (t) => {
  const layers = [dense(50, { initializer: constant(0.1) }), tanh(), dense(3)];
  t.deepEqual(await findingsOf({ layers, optimizer: adam() }, 1), []);
});

test('names updates that are far too large, and far too small', async (t) => {
  const large = await findingsOf({ layers: deep(1, tanh), optimizer: sgd({ learningRate: 100 }), everySteps: 20 }, 20);
  t.true(places(large).includes('20 largeUpdates 3.dense'));
  const tiny = await findingsOf({ layers: deep(1, tanh), optimizer: sgd({ learningRate: 1e-6 }), everySteps: 20 }, 20);
  t.deepEqual(places(tiny), ['20 smallUpdates 1.dense', '20 smallUpdates 3.dense']);
});

test('names a feature far outside the range that it was fitted on', async (t) => {
  const change = (value: number, _row: number, column: number) => (column === 3 ? value + 500 : value);
  const findings = await findingsOf({ layers: deep(1, relu), optimizer: adam(), layout, change }, 1);
  t.deepEqual(places(findings), ['1 featureRange x']);
  t.regex(findings[0].message, /^feature x: \|x\| > 10 in 100 % of 64 rows/);
});

test('a few rows far out are no illness', async (t) => {
  const change = (value: number, row: number) => (row === 5 ? 1000 * value : value);
  t.deepEqual(await findingsOf({ layers: deep(1, tanh), optimizer: adam(), layout, change }, 1), []);
});

test('tells each illness once in each place', async (t) => {
  const layers = deep(7, sigmoid);
  const findings = await findingsOf({ layers, optimizer: sgd({ learningRate: 1e-4 }), everySteps: 5 }, 50);
  t.deepEqual(
    places(findings).filter((place) => !place.includes('smallUpdates')),
    ['1 shrinkingActivations 14.sigmoid', '1 vanishingGradient 1.dense'],
  );
});

test('emits a finding before the step that shows it', async (t) => {
  const layers = deep(7, sigmoid);
  const events = await watch({ layers, optimizer: sgd({ learningRate: 0.1 }) }).events(2);
  t.deepEqual(
    events.map(({ kind, step }) => `${kind} ${step}`),
    ['finding 1', 'finding 1', 'step 1', 'step 2'],
  );
});

test('says the same from a snapshot after any step', async (t) => {
  const options = { layers: deep(2, relu), optimizer: adam({ learningRate: 0.5 }), everySteps: 10, layout };
  const whole = (await watch(options).events(60)).filter((event) => event.kind === 'finding');
  t.true(whole.length >= 2);
  for (const k of [1, 7, 9, 10, 11, 33, 59]) {
    const first = watch(options);
    const before = await first.events(k);
    const saved = JSON.parse(JSON.stringify(first.watching.snapshot()));
    const second = watch(options);
    second.training.restore(first.training.snapshot());
    second.watching.restore(saved);
    const after = await second.events(60 - k);
    t.deepEqual(
      [...before, ...after].filter((event) => event.kind === 'finding'),
      whole,
      `${k}`,
    );
  }
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
    t.throws(() => health(small().network, { everySteps }), {
      name: 'OptionError',
      message: /^health: everySteps: expected an integer of at least 1/,
    });
  }
});
