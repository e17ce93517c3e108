import { randomSequence, uniform } from '../../src/engine/random.ts';
import type { Vector } from '../../src/engine/types.ts';
import { binaryCrossEntropy } from '../../src/loss/binaryCrossEntropy.ts';
import { crossEntropy } from '../../src/loss/crossEntropy.ts';
import type { Loss } from '../../src/loss/loss.ts';
import type { Layer } from '../../src/network/layer.ts';
import { batchNorm } from '../../src/network/layers/batchNorm.ts';
import { dense } from '../../src/network/layers/dense.ts';
import { dropout } from '../../src/network/layers/dropout.ts';
import { relu } from '../../src/network/layers/relu.ts';
import { compileNetwork } from '../../src/network/network.ts';
import { openEngine } from '../../src/operators.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';

/** One step of training that all contestants make: a ReLU network, one mini-batch, Adam at 1e-3. */
export interface StepWork {
  readonly name: string;
  /** Units from the input to the output. */
  readonly widths: readonly number[];
  /** Rows of the mini-batch. */
  readonly rows: number;
  /** Steps after which the contestants' losses are compared. */
  readonly checkSteps: number;
  /**
   * A hidden layer is dense, batch normalization, ReLU, dropout at this rate; without, dense and ReLU. Everybody drops other numbers, so
   * losses are not compared.
   */
  readonly dropout?: number;
}

export const stepWorks: readonly StepWork[] = [
  { name: 'S32', widths: [32, 64, 64, 1], rows: 32, checkSteps: 100 },
  { name: 'S128', widths: [32, 64, 64, 1], rows: 128, checkSteps: 100 },
  { name: 'S512', widths: [32, 64, 64, 1], rows: 512, checkSteps: 50 },
  { name: 'M', widths: [784, 256, 128, 10], rows: 128, checkSteps: 10 },
  { name: 'MN', widths: [784, 256, 128, 10], rows: 128, checkSteps: 10, dropout: 0.2 },
  { name: 'L', widths: [784, 1024, 1024, 10], rows: 512, checkSteps: 3 },
];

/** The mini-batch and the first parameters, the same for everybody. */
export interface StepData {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** w `[inputs, units]` and b of each layer, gamma and beta where it is normalized, one after the other. */
  readonly parameters: Float32Array;
}

export function layersOf({ widths, dropout: rate }: StepWork): Layer[] {
  const hidden = rate === undefined ? [relu()] : [batchNorm(), relu(), dropout(rate)];
  return widths.slice(1).flatMap((units, i) => [dense(units), ...(i < widths.length - 2 ? hidden : [])]);
}

export function layoutOf({ widths }: StepWork): RowLayout {
  return { words: widths[0] + 1, width: widths[0], fields: [] };
}

export function outputsOf({ widths }: StepWork): number {
  return widths[widths.length - 1];
}

export function lossOfWork(work: StepWork): Loss {
  return outputsOf(work) === 1 ? binaryCrossEntropy() : crossEntropy();
}

export function stepData(work: StepWork): StepData {
  const random = randomSequence(7, 'data');
  const { rows, widths } = work;
  const outputs = outputsOf(work);
  const x = Float32Array.from({ length: rows * widths[0] }, (_, i) => 2 * uniform(random(i)) - 1);
  const y = Float32Array.from({ length: rows }, (_, i) =>
    outputs === 1 ? Number(x[i * widths[0]] > 0) : Math.floor(((x[i * widths[0]] + 1) / 2) * outputs),
  );
  const engine = openEngine('reference');
  const { parameters }: { parameters: Vector } = compileNetwork({
    layers: layersOf(work),
    layout: layoutOf(work),
    engine,
    batch: rows,
    seed: 7,
  });
  return { x, y, parameters: Float32Array.from(parameters) };
}
