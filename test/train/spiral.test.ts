import test from 'ava';
import { lastValueFrom, map, type OperatorFunction, of, repeat, toArray } from 'rxjs';
import { spiral } from '../../data/spiral/spiral.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import { normal } from '../../src/network/initializers/normal.ts';
import type { Layer } from '../../src/network/layer.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork, type Network } from '../../src/network/network.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { backward } from '../../src/train/backward.ts';
import { evaluate } from '../../src/train/evaluate.ts';
import { forward } from '../../src/train/forward.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import type { Differentiated } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

/** Adds `strength/2 w²` of all weights, not of biases, to the loss: an operator of the user's own between two stages. */
function decay(network: Network, strength: number): OperatorFunction<Differentiated, Differentiated> {
  const weights = network.places.filter(({ name }) => name.endsWith('.w'));
  return map((differentiated) => {
    let penalty = 0;
    for (const { offset, length } of weights) {
      for (let i = offset; i < offset + length; i++) {
        penalty += (strength / 2) * network.parameters[i] ** 2;
        network.gradient[i] += strength * network.parameters[i];
      }
    }
    return { ...differentiated, loss: differentiated.loss + penalty };
  });
}

/** Full-batch descent with a step of 1, as in the notes of CS231n. */
async function run(layers: readonly Layer[], steps: number) {
  const engine = openEngine();
  const rows = spiral({ points: 100, classes: 3, seed: 7 });
  const network = compileNetwork({ layers, layout: layoutOf(2), outputs: 3, engine, batch: rows.length, seed: 7 });
  const batch = miniBatchOf(
    engine,
    rows.map(({ x, y }) => [x, y]),
    rows.map(({ arm }) => arm),
  );
  const optimizer = sgd({ learningRate: 1 });
  const losses = await lastValueFrom(
    of(batch).pipe(
      repeat(steps),
      forward(network, { mode: 'training' }),
      lossOf(crossEntropy(), network),
      backward(network),
      decay(network, 1e-3),
      update(network, optimizer, createTrainingState(network, optimizer, engine)),
      map(({ loss }) => loss),
      toArray(),
    ),
  );
  const score = await lastValueFrom(of(batch).pipe(evaluate(network, crossEntropy(), { kind: 'classes' })));
  return { losses, accuracy: score.metrics.accuracy, baseline: score.baseline };
}

const small = normal({ deviation: 0.01 });

test('a linear softmax gets half of the spiral right', async (t) => {
  const { losses, accuracy, baseline } = await run([dense(3, { initializer: small })], 200);
  t.log(`accuracy ${accuracy}, loss ${losses[0]} to ${losses.at(-1)}`);
  t.true(Math.abs(losses[0] - Math.log(3)) < 0.005);
  t.true(accuracy >= 0.45 && accuracy <= 0.6);
  t.true(Math.abs(baseline.accuracy - 1 / 3) < 1e-12);
  t.true(Math.abs(baseline.logLoss - Math.log(3)) < 1e-12);
});

test('a hidden layer of 100 gets the spiral right', async (t) => {
  const { losses, accuracy } = await run(
    [dense(100, { initializer: small }), relu(), dense(3, { initializer: small })],
    10_000,
  );
  const loss = losses.at(-1) as number;
  t.log(`accuracy ${accuracy}, loss ${losses[0]} to ${loss}`);
  t.true(Math.abs(losses[0] - Math.log(3)) < 0.005);
  t.true(accuracy >= 0.97);
  t.true(loss >= 0.23 && loss <= 0.27);
});
