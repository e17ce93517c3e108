import { from, lastValueFrom, repeat, toArray } from 'rxjs';
import { spiral } from '../../data/spiral/spiral.ts';
import { crossEntropy, type Layer, type Optimizer, type Step } from '../../src/index.ts';
import {
  backward,
  compileNetwork,
  createTrainingState,
  evaluate,
  forward,
  lossOf,
  type Network,
  openEngine,
  update,
} from '../../src/operators.ts';
import { columns, fullBatch } from './fullBatch.ts';

export interface LearnOptions {
  /** The last one has three units. */
  readonly layers: readonly Layer[];
  readonly optimizer: Optimizer;
  /** Updates, each from all rows. */
  readonly steps: number;
  readonly seed: number;
  /** Parameters to begin with, instead of fresh ones. */
  readonly parameters?: ArrayLike<number>;
  /** Called after each step. */
  readonly watch?: (step: Step, network: Network) => void;
}

export interface Learned {
  /** As training left it; its activations are those of all rows in use. */
  readonly network: Network;
  /** Mean loss before each update. */
  readonly losses: readonly number[];
  /** The share of rows that the network tells right in the end; a third by guessing. */
  readonly accuracy: number;
}

/** Trains a network to tell the three arms of a spiral, 300 points. The strict engine, so that every machine prints the same table. */
export async function learn({ layers, optimizer, steps, seed, parameters, watch }: LearnOptions): Promise<Learned> {
  const engine = openEngine('wasm-strict');
  const rows = spiral({ seed: 7 });
  const batch = fullBatch(
    engine,
    rows.map(({ x, y }) => [x, y]),
    rows.map(({ arm }) => arm),
  );
  const network = compileNetwork({ layers, layout: columns(2), outputs: 3, engine, batch: rows.length, seed });
  if (parameters) network.parameters.set(parameters);
  const loss = crossEntropy();
  const losses: number[] = [];
  const step$ = from([batch]).pipe(
    repeat(steps),
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    update(network, optimizer, createTrainingState(network, optimizer, engine)),
  );
  await step$.forEach((step) => {
    losses.push(step.loss);
    watch?.(step, network);
  });
  const score = await lastValueFrom(from([batch]).pipe(evaluate(network, loss, { kind: 'classes' }), toArray()));
  return { network, losses, accuracy: score[0].metrics.accuracy };
}
