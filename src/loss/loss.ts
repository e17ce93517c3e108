import type { Json, Vector } from '../types.ts';

/**
 * A loss: mean over the rows, and its gradient with respect to the network's output, in the numerically safe form.
 * Pure, over any engine's arrays.
 */
export interface Loss {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  /** The kind of target it is for. */
  readonly task: 'binary' | 'classes' | 'regression';
  /**
   * @param output predictions or logits, `[n, outputs]`
   * @param y targets `[n]`: numbers, zeros and ones, or numbers of classes
   * @param dOutput gets dL/doutput, `[n, outputs]`
   * @returns the mean loss of the `n` rows
   */
  evaluate(output: Vector, y: Vector, dOutput: Vector, n: number, outputs: number): number;
  /** Logits to probabilities, for use and metrics; the identity for regression. `p` may be `output`. */
  predict(p: Vector, output: Vector, n: number, outputs: number): void;
}
