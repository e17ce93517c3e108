import test from 'ava';
import { from, lastValueFrom, pipe } from 'rxjs';
import { openEngine } from '../../src/engine/openEngine.ts';
import {
  definePipeline,
  dense,
  dropout,
  type Layer,
  type Loss,
  meanAbsoluteError,
  meanSquaredError,
  memory,
  numeric,
  regression,
  relu,
  residual,
  sgd,
  tanh,
  train,
} from '../../src/index.ts';
import { numbers } from '../../src/laws/numbers.ts';
import { compileNetwork } from '../../src/network/network.ts';
import type { Engine, MiniBatch } from '../../src/operators.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import { update } from '../../src/train/update.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';
import { ownActivation, scale } from '../network/ownLayers.ts';
import { temporaryFolder } from '../pipeline/run.ts';

interface Trained {
  readonly layers: readonly Layer[];
  readonly loss?: Loss;
  readonly change?: (x: number) => number;
  readonly rows?: number;
  readonly weights?: readonly number[];
  readonly learningRate?: number;
}

/** Trains three steps, and gives the parameters. */
async function trained(
  { layers, loss = meanSquaredError(), change = (x) => x, rows = 8, weights, learningRate = 1e-3 }: Trained,
  engine: Engine = openEngine('reference'),
) {
  const network = compileNetwork({ layers, layout: layoutOf(5), outputs: 1, engine, batch: rows, seed: 7 });
  const optimizer = sgd({ learningRate });
  const batches = [0, 1, 2].map((k): MiniBatch => {
    const x = Array.from({ length: rows }, (_, row) => numbers(10 * k + row, 5).map(change));
    const batch = miniBatchOf(engine, x, numbers(100 + k, rows));
    return { ...batch, ...(weights && { weights: Float64Array.from(weights) }) };
  });
  const stages = pipe(
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    update(network, optimizer, createTrainingState(network, optimizer, engine)),
  );
  await lastValueFrom(from(batches).pipe(stages));
  return network.parameters;
}

const ownTanh = (slope: (z: number) => number) => ownActivation('mine', Math.tanh, slope);
const right = ownTanh((z) => 1 - Math.tanh(z) ** 2);

test('an own layer that is right is trained to the same bits as ours', async (t) => {
  const mine = await trained({ layers: [dense(4), right, dense(1)] });
  t.deepEqual([...mine], [...(await trained({ layers: [dense(4), tanh(), dense(1)] }))]);
});

test('an own layer whose pullback is wrong ends the run at its first step, with layer and part', async (t) => {
  await t.throwsAsync(trained({ layers: [dense(4), ownTanh((z) => 1 - Math.tanh(z)), dense(1)] }), {
    name: 'NumericError',
    message:
      /^layer 2\.mine: expected a pullback that is the derivative of its forward pass, got a slope of -?[\d.]+ for input along a random direction, where the difference quotient is -?[\d.]+\. Mend it: checkGradient\(\) shows which numbers are off; where it is meant to differ, declare surrogateGradient: true on the layer\.$/,
  });
  await t.throwsAsync(trained({ layers: [dense(4), scale({ dw: (da, x) => -da * x }), dense(1)] }), {
    message: /^layer 2\.scale: .* for w along/,
  });
  await t.throwsAsync(trained({ layers: [dense(4), residual([scale({ dw: () => 0 })]), dense(1)] }), {
    message: /^layer 2\.residual: .* for 1\.scale\.w along/,
  });
  await t.throwsAsync(trained({ layers: [scale({}, () => ({ backward: () => undefined })), dense(1)] }), {
    message: /^layer 1\.scale: .* none for input/,
  });
  await t.throwsAsync(trained({ layers: [scale({ dw: () => Number.NaN }), dense(1)] }), { message: /none for w/ });
});

test('a copy of one of our layers is looked at like any other', async (t) => {
  const ours = tanh();
  const copy: Layer = {
    ...ours,
    plan(width, following) {
      const { elementwise: _, ...plan } = ours.plan(width, following);
      return {
        ...plan,
        build(given) {
          const pass = plan.build(given);
          return { ...pass, backward: (da, n, needed) => pass.backward(da, n, needed)?.map((dz) => 2 * dz) };
        },
      };
    },
  };
  t.notThrows(() => ours);
  await t.throwsAsync(trained({ layers: [dense(4), copy, dense(1)] }), { message: /^layer 2\.tanh/ });
});

test('a layer that is meant to differ says so', async (t) => {
  const straightThrough = ownActivation('round', Math.round, () => 1);
  await t.throwsAsync(trained({ layers: [dense(4), straightThrough, dense(1)] }), { message: /^layer 2\.round/ });
  await t.notThrowsAsync(trained({ layers: [dense(4), { ...straightThrough, surrogateGradient: true }, dense(1)] }));
});

test('right layers pass on any rows: one row, unscaled, zeros, beside kinks', async (t) => {
  const kink = ownActivation(
    'hardTanh',
    (z) => Math.max(-1, Math.min(1, z)),
    (z) => (Math.abs(z) < 1 ? 1 : 0),
  );
  const again = ownActivation(
    'myRelu',
    (z) => Math.max(z, 0),
    (z) => (z > 0 ? 1 : 0),
  );
  for (const change of [(x: number) => x, (x: number) => 1e4 * x, (x: number) => 1e-6 * x, () => 0, Math.round]) {
    for (const rows of [1, 8]) {
      for (const layers of [
        [dense(4), right, dense(1)],
        [kink, dense(4), again, again, dense(1)],
        [scale(), dense(4), relu(), scale(), dense(1)],
        [dense(4), residual([again, scale()]), dropout(0.5), dense(1)],
      ]) {
        await t.notThrowsAsync(trained({ layers, change, rows, learningRate: 1e-12 }));
      }
    }
  }
});

test('a layer that computes in float32 of its own passes', async (t) => {
  const own = ownActivation(
    'float32',
    (z) => Math.fround(Math.tanh(z)),
    (z) => Math.fround(1 - Math.tanh(z) ** 2),
  );
  await t.notThrowsAsync(trained({ layers: [dense(4), own, dense(1)] }));
});

test('a layer that cannot be tried in float64, or takes chance of its own, is passed over', async (t) => {
  const wasmOnly: Layer = {
    ...right,
    plan(width, following) {
      const plan = right.plan(width, following);
      return {
        ...plan,
        build(given) {
          if (given.engine.name === 'reference') throw new Error('float32 only');
          return plan.build(given);
        },
      };
    },
  };
  const facts = { activation: { range: [-1, 1] } } as const;
  await t.notThrowsAsync(trained({ layers: [dense(4), { ...wasmOnly, ...facts }, dense(1)] }, openEngine('wasm')));
  let calls = 0;
  const restless = ownActivation(
    'restless',
    (z) => z * ++calls,
    () => 0,
  );
  await t.notThrowsAsync(trained({ layers: [dense(4), restless, dense(1)] }));
});

test('an own loss whose gradient is wrong ends the run at its first step', async (t) => {
  const ours = meanSquaredError();
  const mine = (factor: number): Loss => ({
    ...ours,
    name: 'mine',
    evaluate(output, y, dOutput, n, outputs, weights) {
      const value = ours.evaluate(output, y, dOutput, n, outputs, weights);
      for (let i = 0; i < n * outputs; i++) dOutput[i] *= factor;
      return value;
    },
  });
  const layers = [dense(4), tanh(), dense(1)];
  const message =
    /^loss mine: expected a gradient that is the derivative of its value, got a slope of .* for output along .*\. Mend it: checkGradient\(\) shows which numbers are off\.$/;
  await t.throwsAsync(trained({ layers, loss: mine(0.5) }), { name: 'NumericError', message });
  const weights = [1, 2, 0.5, 1, 1, 3, 1, 0];
  await t.throwsAsync(trained({ layers, loss: mine(-1), weights }), { name: 'NumericError', message });
  await t.notThrowsAsync(trained({ layers, loss: mine(1), weights }));
  const absolute: Loss = { ...meanAbsoluteError(), name: 'absolute' };
  await t.notThrowsAsync(trained({ layers: [dense(1)], loss: absolute, change: () => 0 }));
});

test('a declared pipeline is ended, too', async (t) => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ x: numbers(i, 1)[0], y: numbers(1000 + i, 1)[0] }));
  const pipeline = (activation: Layer) =>
    definePipeline({
      name: 'own',
      source: memory(rows),
      features: { x: numeric() },
      target: regression('y'),
      batch: 8,
      network: [dense(4), activation, dense(1)],
      loss: meanSquaredError(),
      optimizer: sgd({ learningRate: 1e-3 }),
      sinks: [],
    });
  await t.notThrowsAsync(train(pipeline(right), { directory: await temporaryFolder(t) }));
  await t.throwsAsync(train(pipeline(ownTanh(() => 1)), { directory: await temporaryFolder(t) }), {
    name: 'NumericError',
    message: /^layer 2\.mine/,
  });
});
