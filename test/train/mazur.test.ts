import test, { type ExecutionContext } from 'ava';
import { openEngine } from '../../src/engine/openEngine.ts';
import { meanSquaredError } from '../../src/loss/meanSquaredError.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { sigmoid } from '../../src/network/layers/sigmoid.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { sgd } from '../../src/optimizer/sgd.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

/** Figures of mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example, recomputed with a simultaneous update. */
const fixed = {
  0: 0.29837110876,
  1: 0.291027773694,
  2: 0.283547133122,
  9999: 3.51085481225e-5,
  10000: 3.51018778298e-5,
};
const updated = { 0: 0.29837110876, 1: 0.280471446791, 10000: 2.44756223593e-6 };

/**
 * E before each update. One row with two outputs: the mean of two squares is E = sum 1/2 (t - o)², and its gradient dE/do = o - t.
 *
 * Each unit has a bias of its own; those of a layer begin equal.
 */
function run(steps: number, learnBiases: boolean): number[] {
  const engine = openEngine('reference');
  const layers = [dense(2), sigmoid(), dense(2), sigmoid()];
  const network = compileNetwork({ layers, layout: layoutOf(2), engine, batch: 1, seed: 0 });
  const { parameters, gradient, places, dOutput } = network;
  // Each row of w holds the weights of one input: w1 w3, w2 w4; then the hidden units' w5 w7, w6 w8.
  parameters.set([0.15, 0.25, 0.2, 0.3, 0.35, 0.35, 0.4, 0.5, 0.45, 0.55, 0.6, 0.6]);
  const batch = miniBatchOf(engine, [[0.05, 0.1]], [0.01, 0.99]);
  const loss = meanSquaredError();
  const optimizer = sgd({ learningRate: 0.5 });
  const biases = places.filter(({ name }) => name.endsWith('.b'));

  const errors: number[] = [];
  for (let step = 0; step <= steps; step++) {
    errors.push(loss.evaluate(network.forward(batch, 'training'), batch.y, dOutput, 1, 2));
    network.backward(dOutput, 1);
    if (!learnBiases) for (const { offset, length } of biases) gradient.fill(0, offset, offset + length);
    optimizer.update(engine.kernels, parameters, gradient, [], step + 1);
  }
  return errors;
}

function agree(t: ExecutionContext, errors: readonly number[], figures: Readonly<Record<number, number>>): void {
  for (const [step, figure] of Object.entries(figures)) {
    const relative = Math.abs(errors[Number(step)] / figure - 1);
    t.true(relative < 1e-9, `E${step} = ${errors[Number(step)]}, published ${figure}`);
  }
}

test('the 2-2-2 network of Mazur gives the published errors, biases fixed', (t) => {
  agree(t, run(10_000, false), fixed);
});

test('the 2-2-2 network of Mazur gives the published errors, biases updated', (t) => {
  agree(t, run(10_000, true), updated);
});
