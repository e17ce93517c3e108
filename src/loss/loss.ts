import type { LossKernels, Vector } from '../engine/types.ts';
import type { Json } from '../json.ts';

/**
 * A loss: mean over the rows, and its gradient with respect to the network's output, in the numerically safe form.
 * Pure, over any engine's arrays.
 */
export interface Loss {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  /** The kind of target it is for. */
  readonly task: 'binary' | 'classes' | 'regression';
  /** The output units that its options ask for, where they do: one for each class weight. */
  readonly outputs?: number;
  /**
   * The least and the largest target that it is for: `[0, Infinity]` for counts.
   * @default none
   */
  readonly targets?: readonly [low: number, high: number];
  /**
   * @param output predictions or logits, `[n, outputs]`
   * @param y targets `[n]`: numbers, zeros and ones, or numbers of classes
   * @param dOutput gets dL/doutput, `[n, outputs]`
   * @param weights what each row counts for `[n]`, at least 0: the mean is `sum(w l) / sum(w)`, and 0 where all weights are; all rows
   * count alike by default
   * @param kernels those of the engine that all the arrays were taken from, for losses that have one; plain loops by default
   * @returns the mean loss of the `n` rows
   */
  evaluate(
    output: Vector,
    y: Vector,
    dOutput: Vector,
    n: number,
    outputs: number,
    weights?: Vector,
    kernels?: LossKernels,
  ): number;
  /** Logits to probabilities, for use and metrics; the identity for regression. `p` may be `output`. */
  predict(p: Vector, output: Vector, n: number, outputs: number): void;
}
