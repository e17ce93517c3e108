import { from, lastValueFrom, type OperatorFunction, pipe, toArray } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { normal, randomSequence } from '../../src/engine/random.ts';
import type { EngineName } from '../../src/engine/types.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import type { Layer } from '../../src/network/layer.ts';
import { compileNetwork } from '../../src/network/network.ts';
import type { Optimizer } from '../../src/optimizer/optimizer.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { type HealthOptions, health } from '../../src/train/health.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import type { Finding, Step, TrainingEvent } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';
import { layoutOf, miniBatchOf } from '../network/miniBatchOf.ts';

/** Columns of x. */
export const WIDTH = 20;
const CLASSES = 3;
const ROWS = 64;

export interface WatchedOptions extends HealthOptions {
  readonly layers: readonly Layer[];
  readonly optimizer: Optimizer;
  readonly engine?: EngineName;
  /** What becomes of the normally distributed number in row `row` and column `column`. */
  readonly change?: (value: number, row: number, column: number) => number;
}

/** A network that learns to tell which of three columns is the largest, and all that trains and watches it. */
export function watch({ layers, optimizer, engine: name, change = (value) => value, ...options }: WatchedOptions) {
  const engine = openEngine(name);
  const network = compileNetwork({ layers, layout: layoutOf(WIDTH), outputs: CLASSES, engine, batch: ROWS, seed: 7 });
  const training = createTrainingState(network, optimizer, engine);
  const loss = crossEntropy();
  const watching = health(network, loss, options);
  const stages: OperatorFunction<MiniBatch, Step> = pipe(
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    update(network, optimizer, training),
  );
  const random = randomSequence(7, 'data');
  const batches = Array.from({ length: 8 }, (_, k) => {
    const x = Array.from({ length: ROWS }, (_, row) =>
      Array.from({ length: WIDTH }, (_, column) => normal(random, (k * ROWS + row) * WIDTH + column)),
    );
    const y = x.map((row) => row.indexOf(Math.max(...row.slice(0, CLASSES))));
    return miniBatchOf(
      engine,
      x.map((values, row) => values.map((value, column) => change(value, row, column))),
      y,
    );
  });

  /** The mini-batches of so many steps, from a step on. */
  function* batchesFrom(step: number, steps: number): Generator<MiniBatch> {
    for (let i = step; i < step + steps; i++) yield batches[i % batches.length];
  }

  /** Trains so many steps more. */
  function events(steps: number): Promise<TrainingEvent[]> {
    return lastValueFrom(from(batchesFrom(training.step, steps)).pipe(stages, watching, toArray()));
  }
  return { network, training, watching, stages, events, batches };
}

/** What health says of a run of so many steps. */
export async function findingsOf(options: WatchedOptions, steps: number): Promise<Finding[]> {
  const events = await watch(options).events(steps);
  return events.filter((event) => event.kind === 'finding');
}
