import type { Json, Kernels, Vector } from '../types.ts';

/** An update of the flat parameter vector from the flat gradient. Pure but for the arrays it is given. */
export interface Optimizer {
  readonly name: string;
  /** The options in force; `learningRate` among them. */
  readonly options: { readonly learningRate: number; readonly [key: string]: Json };
  /** Names of the moments: vectors as long as the parameters, zero at first, kept in checkpoints. */
  readonly moments: readonly string[];
  /** The same optimizer with some options changed, checked again. */
  configure(options: { readonly [key: string]: Json }): Optimizer;
  /** The learning rate of update `step`, from 1. */
  learningRateAt(step: number): number;
  /**
   * @param w parameters, changed in place
   * @param g gradient
   * @param moments as many vectors as `moments` has names, changed in place
   * @param step the number of this update, from 1
   */
  update(kernels: Kernels, w: Vector, g: Vector, moments: readonly Vector[], step: number): void;
}
