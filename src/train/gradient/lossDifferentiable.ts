import { referenceEngine } from '../../engine/reference/reference.ts';
import type { Loss } from '../../loss/loss.ts';
import type { Differentiable } from './differentiable.ts';

/** Where the derivative of a loss is looked at. */
export interface LossPoint {
  readonly loss: Loss;
  /** `[rows, outputs]` */
  readonly output: ArrayLike<number>;
  /** Targets of the rows, as the loss takes them. */
  readonly y: ArrayLike<number>;
  readonly rows: number;
  readonly outputs: number;
  /** Of the rows; none by default. */
  readonly weights?: ArrayLike<number>;
}

/** A loss as a number in float64 that depends on the network's output. */
export function lossDifferentiable({ loss, rows, outputs, ...given }: LossPoint): Differentiable {
  const engine = referenceEngine();
  const output = Float64Array.from(given.output);
  const y = Float64Array.from(given.y);
  const weights = given.weights && Float64Array.from(given.weights);
  const dOutput = engine.vector(rows * outputs);
  const scratch = engine.vector(rows * outputs);
  return {
    value: () => loss.evaluate(output, y, scratch, rows, outputs, weights, engine.kernels),
    differentiate: () => void loss.evaluate(output, y, dOutput, rows, outputs, weights, engine.kernels),
    parts: [{ name: 'output', shape: [rows, outputs], values: output, gradient: () => dOutput }],
  };
}
