import { from } from 'rxjs';
import type { MiniBatch } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { normal, randomSequence, uniform } from '../../src/engine/random.ts';
import type { Loss } from '../../src/loss/loss.ts';
import type { Layer } from '../../src/network/layer.ts';
import { compileNetwork } from '../../src/network/network.ts';
import type { Optimizer } from '../../src/optimizer/optimizer.ts';
import type { Field, RowLayout } from '../../src/preprocess/types.ts';
import { accumulate } from '../../src/train/accumulate.ts';
import { backward } from '../../src/train/backward.ts';
import { forward } from '../../src/train/forward.ts';
import { type HealthOptions, health } from '../../src/train/health.ts';
import { lossOf } from '../../src/train/lossOf.ts';
import { createTrainingState } from '../../src/train/trainingState.ts';
import type { Finding } from '../../src/train/types.ts';
import { update } from '../../src/train/update.ts';

export interface TableOptions {
  /** @default 300 */
  readonly rows?: number;
  /** Columns of numbers. @default 8 */
  readonly numbers?: number;
  /** Sizes of one-hots. @default none */
  readonly oneHots?: readonly number[];
  /** The share of a binary target that is 1. @default 0.5 */
  readonly positive?: number;
  /** The deviation of what the features do not tell, in that of what they do. @default 0.3 */
  readonly noise?: number;
  /** @default 'standard' */
  readonly scale?: 'standard' | 'minMax';
  /** What becomes of a number. */
  readonly number?: (value: number, column: number) => number;
  /** What becomes of a target. */
  readonly target?: (y: number, row: number) => number;
  /** @default 1 */
  readonly seed?: number;
}

/** Encoded rows, made up. */
export interface Table {
  readonly layout: RowLayout;
  readonly x: readonly (readonly number[])[];
  readonly y: readonly number[];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rows whose target follows from a sum of the features, a product of two, and chance. */
export function table(task: 'binary' | 'classes' | 'regression', options: TableOptions = {}): Table {
  const { rows = 300, numbers = 8, oneHots = [], positive = 0.5, noise = 0.3, scale = 'standard', seed = 1 } = options;
  const { number = (value: number) => value, target = (y: number) => y } = options;
  const random = (path: number) => {
    const sequence = randomSequence(seed, 'data', path);
    return { normal: (i: number) => normal(sequence, i), uniform: (i: number) => uniform(sequence(i)) };
  };
  const [values, codes, weights, chance] = [0, 1, 2, 3].map(random);
  const columns = Array.from({ length: numbers }, (_, j) => {
    const column = Array.from({ length: rows }, (_, row) => values.normal(row * numbers + j));
    if (scale === 'standard') return column;
    const [low, high] = [Math.min(...column), Math.max(...column)];
    return column.map((value) => (value - low) / (high - low));
  });
  const categories = oneHots.map((size, k) =>
    Array.from({ length: rows }, (_, row) => Math.floor(size * codes.uniform(row * oneHots.length + k))),
  );
  const scores = Array.from({ length: rows }, (_, row) => {
    const sum =
      columns.reduce((total, column, j) => total + column[row] * weights.normal(j), 0) / Math.sqrt(numbers || 1);
    const product = numbers > 1 ? columns[0][row] * columns[1][row] : 0;
    const parts = categories.reduce((total, category, k) => total + weights.normal(1000 + 100 * k + category[row]), 0);
    return sum + product + parts + noise * chance.normal(row);
  });
  const sorted = scores.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(rows - 1, Math.floor(share * rows))];
  const center = mean(scores);
  const deviation = Math.sqrt(mean(scores.map((score) => (score - center) ** 2)));
  const y = scores.map((score) => {
    if (task === 'regression') return (score - center) / deviation;
    if (task === 'binary') return Number(score >= at(1 - positive));
    return Number(score >= at(1 / 3)) + Number(score >= at(2 / 3));
  });
  let column = numbers;
  const fields: Field[] = columns.map((_, j) => ({ kind: 'numbers', name: `x${j}`, word: j, column: j, count: 1 }));
  for (const size of oneHots) {
    fields.push({ kind: 'oneHot', name: `c${fields.length - numbers}`, word: fields.length, column, size });
    column += size;
  }
  fields.push({ kind: 'target', name: 'y', word: fields.length });
  return {
    layout: { words: fields.length, width: column, fields },
    x: Array.from({ length: rows }, (_, row) => [
      ...columns.map((values, j) => number(values[row], j)),
      ...categories.flatMap((category, k) => Array.from({ length: oneHots[k] }, (_, c) => Number(category[row] === c))),
    ]),
    y: y.map(target),
  };
}

export interface HealthRun extends HealthOptions {
  readonly table: Table;
  readonly network: readonly Layer[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** @default 32 */
  readonly batch?: number;
  /** @default 250 */
  readonly steps?: number;
  /** Whether each epoch has the rows in another order. @default true */
  readonly shuffled?: boolean;
  /** Mini-batches for an update. @default 1 */
  readonly accumulated?: number;
  /** @default 7 */
  readonly seed?: number;
}

export interface HealthOfRun {
  readonly findings: readonly Finding[];
  /** Of the last mini-batches, before each was trained on. */
  readonly loss: number;
  /** Of answering zero to all rows. */
  readonly zero: number;
}

/** What health says of a run; the engine gives the same bits on every machine. */
export async function healthOf(run: HealthRun): Promise<HealthOfRun> {
  const { network: layers, loss, optimizer, batch = 32, steps = 250, shuffled = true, seed = 7 } = run;
  const { accumulated = 1, everySteps } = run;
  const { layout, x, y } = run.table;
  const engine = openEngine('wasm-strict');
  const network = compileNetwork({ layers, layout, engine, batch, seed });
  const memory = { x: engine.vector(batch * layout.width), y: engine.vector(batch) };

  function* batches(): Generator<MiniBatch> {
    const order = x.map((_, row) => row);
    for (let step = 0, epoch = 1, at = 0; step < steps; step++) {
      if (at === 0 && shuffled) {
        const random = randomSequence(seed, 'shuffle', epoch);
        const keys = order.map((_, row) => random(row));
        order.sort((a, b) => keys[a] - keys[b]);
      }
      const rows = order.slice(at, at + batch);
      const n = rows.length;
      rows.forEach((row, i) => {
        memory.x.set(x[row], i * layout.width);
        memory.y[i] = y[row];
      });
      at += n;
      const position = { epoch: epoch - 1, window: 0, cursor: null, skip: 0, offset: at };
      yield {
        kind: 'step',
        epoch,
        n,
        x: memory.x.subarray(0, n * layout.width),
        codes: [],
        y: memory.y.subarray(0, n),
        position,
      };
      if (at < x.length) continue;
      [at, epoch] = [0, epoch + 1];
    }
  }

  const findings: Finding[] = [];
  const losses: number[] = [];
  const training = createTrainingState(network, optimizer, engine);
  const events$ = from(batches()).pipe(
    forward(network, { mode: 'training' }),
    lossOf(loss, network),
    backward(network),
    accumulate(accumulated, network),
    update(network, optimizer, training),
    health(network, loss, { layout, ...(everySteps && { everySteps }) }),
  );
  await new Promise<void>((resolve, reject) => {
    events$.subscribe({
      next: (event) => {
        if (event.kind === 'finding') findings.push(event);
        else losses.push(event.loss);
      },
      // A run whose loss is no longer finite has said what it has to say.
      error: (error: Error) => (error.message.startsWith('training, step') ? resolve() : reject(error)),
      complete: resolve,
    });
  });
  const outputs = x.length * network.outputs;
  const zero = loss.evaluate(
    new Float64Array(outputs),
    Float64Array.from(y),
    new Float64Array(outputs),
    x.length,
    network.outputs,
  );
  return { findings, loss: mean(losses.slice(-20)), zero };
}
