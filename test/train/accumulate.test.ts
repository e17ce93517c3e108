import test from 'ava';
import { from, lastValueFrom, map, type OperatorFunction, of, pipe, toArray } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { distance, numbers } from '../../src/laws/numbers.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { tanh } from '../../src/network/layers/tanh.ts';
import { compileNetwork, type Network } from '../../src/network/network.ts';
import { clipByGlobalNorm } from '../../src/optimizer/gradient/clipByGlobalNorm.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { accumulate } from '../../src/train/accumulate.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import { transformGradient } from '../../src/train/transformGradient.ts';
import type { Differentiated } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';
import { holdTo } from '../holdTo.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

const engine = openEngine('reference');
const loss = meanSquaredError();

function makeNetwork(): Network {
  return compileNetwork({ layers: [dense(3), tanh(), dense(1)], layout: layoutOf(2), engine, batch: 12, seed: 7 });
}

function differentiate(network: Network): OperatorFunction<MiniBatch, Differentiated> {
  return pipe(forward(network, { mode: 'training' }), lossOf(loss, network), backward(network));
}

/** Rows in mini-batches of the given sizes. */
function batches(...sizes: readonly number[]): MiniBatch[] {
  let row = 0;
  return sizes.map((n) => {
    const own = Array.from({ length: n }, () => row++);
    return miniBatchOf(
      engine,
      own.map((i) => numbers(i, 2)),
      own.map((i) => numbers(100 + i, 1)[0]),
    );
  });
}

function accumulated(count: number, input: MiniBatch[]) {
  const network = makeNetwork();
  return lastValueFrom(
    from(input).pipe(
      differentiate(network),
      accumulate(count, network),
      map(({ n, loss: value, gradient, gradientNorm, gradientRows }) => ({
        n,
        value,
        gradient: gradient.slice(),
        gradientNorm,
        gradientRows,
      })),
      toArray(),
    ),
  );
}

holdTo(
  test,
  operatorLaws('forward, lossOf, backward, accumulate', {
    make: () => {
      const network = makeNetwork();
      return pipe(differentiate(network), accumulate(2, network));
    },
    inputs: () => batches(4, 4, 2),
    shared: 'the gradient of the network',
  }),
);
holdTo(
  test,
  operatorLaws('forward, lossOf, backward, transformGradient', {
    make: () => {
      const network = makeNetwork();
      return pipe(differentiate(network), transformGradient([clipByGlobalNorm(0.01)], network));
    },
    inputs: () => batches(4, 4, 2),
  }),
);

test('several mini-batches, also of different sizes, have the gradient of one of all their rows', async (t) => {
  const [whole] = await accumulated(1, batches(12));
  const [parts] = await accumulated(3, batches(5, 3, 4));
  t.is(parts.gradientRows, 12);
  t.is(parts.n, 4);
  t.true(distance(parts.gradient, whole.gradient) < 1e-14);
  t.true(Math.abs(parts.value - whole.value) < 1e-14);
  t.true(Math.abs(parts.gradientNorm - whole.gradientNorm) < 1e-14);
});

test('weights of rows count', async (t) => {
  const weights = Float64Array.of(1, 0, 2, 0.5, 3, 1, 1, 1, 0, 0, 2, 1);
  const [whole] = await accumulated(1, [{ ...batches(12)[0], weights }]);
  const [first, second] = batches(5, 7);
  const [parts] = await accumulated(2, [
    { ...first, weights: weights.subarray(0, 5) },
    { ...second, weights: weights.subarray(5) },
  ]);
  t.true(distance(parts.gradient, whole.gradient) < 1e-14);
  t.true(Math.abs(parts.value - whole.value) < 1e-14);
});

test('what remains at the end is emitted, and an update counts all its rows', async (t) => {
  const network = makeNetwork();
  const optimizer = sgd({ learningRate: 0.1 });
  const state = createTrainingState(network, optimizer, engine);
  const steps = await lastValueFrom(
    from(batches(4, 4, 3)).pipe(
      differentiate(network),
      accumulate(2, network),
      update(network, optimizer, state),
      map(({ step, rows }) => ({ step, rows })),
      toArray(),
    ),
  );
  t.deepEqual(steps, [
    { step: 1, rows: 8 },
    { step: 2, rows: 11 },
  ]);
});

test('refuses to accumulate no mini-batch', (t) => {
  t.throws(() => accumulate(0, makeNetwork()), { name: 'OptionError', message: /^accumulate: batches: expected an/ });
});

test('transforms are applied in their order, and the norm stays that of the gradient as it came', async (t) => {
  const network = makeNetwork();
  const [plain] = await accumulated(1, batches(4));
  const order: string[] = [];
  const note = (name: string) => ({ name, options: {}, apply: () => order.push(name) });
  const seen = await lastValueFrom(
    of(...batches(4)).pipe(
      differentiate(network),
      transformGradient([note('first'), clipByGlobalNorm(0.01), note('second')], network),
    ),
  );
  t.deepEqual(order, ['first', 'second']);
  t.is(seen.gradientNorm, plain.gradientNorm);
  t.true(Math.abs(Math.sqrt(engine.kernels.sumOfSquares(seen.gradient, seen.gradient.length)) - 0.01) < 1e-15);
});
