import type { Vector } from '../types.ts';
import type { Loss } from './loss.ts';

/** A loss that is a mean over rows and outputs, each of which stands for itself. */
export interface Pointwise extends Pick<Loss, 'name' | 'options'> {
  readonly task: 'binary' | 'regression';
  /** The loss of one output. */
  value(p: number, y: number): number;
  /** Its derivative with respect to `p`. */
  slope(p: number, y: number): number;
  /** What an output stands for; the identity by default. */
  predict?(p: number): number;
}

/**
 * Makes a loss of a function of one prediction and one target, and its derivative.
 *
 *   L = sum(w value(p, y)) / (outputs sum(w));  dL/dp = w slope(p, y) / (outputs sum(w)), w = 1 by default
 */
export function pointwise({ name, options, task, value, slope, predict }: Pointwise): Loss {
  return {
    name,
    options,
    task,
    evaluate(output, y, dOutput, n, outputs, weights) {
      const length = n * outputs;
      if (weights) return weighted(output, y, dOutput, n, outputs, weights);
      let sum = 0;
      for (let i = 0; i < length; i++) {
        sum += value(output[i], y[i]);
        dOutput[i] = slope(output[i], y[i]) / length;
      }
      return length === 0 ? 0 : sum / length;
    },
    predict(p, output, n, outputs) {
      if (predict) for (let i = 0; i < n * outputs; i++) p[i] = predict(output[i]);
      else if (p !== output) for (let i = 0; i < n * outputs; i++) p[i] = output[i];
    },
  };

  function weighted(output: Vector, y: Vector, dOutput: Vector, n: number, outputs: number, weights: Vector): number {
    let total = 0;
    for (let row = 0; row < n; row++) total += weights[row];
    total *= outputs;
    let sum = 0;
    for (let row = 0, i = 0; row < n; row++) {
      const w = weights[row];
      for (let end = i + outputs; i < end; i++) {
        sum += w * value(output[i], y[i]);
        dOutput[i] = total > 0 ? (w * slope(output[i], y[i])) / total : 0;
      }
    }
    return total > 0 ? sum / total : 0;
  }
}
