import type { Kernels, Vector } from '../engine/types.ts';
import type { Json } from '../json.ts';
import type { PlateauOptions, WatchedMetric } from './schedules/schedule.ts';

/** An update of the flat parameter vector from the flat gradient. Pure but for the arrays it is given. */
export interface Optimizer {
  readonly name: string;
  /** The options in force; `learningRate` among them: a number, or the name and options of a schedule. */
  readonly options: { readonly learningRate: Json; readonly [key: string]: Json };
  /** Names of the moments: vectors as long as the parameters, zero at first, kept in checkpoints. */
  readonly moments: readonly string[];
  /** What lowers the learning rate where a metric stalls, when its schedule does. */
  readonly plateau?: PlateauOptions;
  /** The same one where it is known which way is better of some metrics. There is none where its schedule knows that itself. */
  knowing?(metrics: readonly WatchedMetric[]): Optimizer;
  /** The same optimizer with some options changed, checked again. */
  configure(options: { readonly [key: string]: Json }): Optimizer;
  /**
   * The learning rate of update `step`, from 1.
   * @param factor what a plateau has made of it; 1 by default
   */
  learningRateAt(step: number, factor?: number): number;
  /**
   * @param w parameters, changed in place
   * @param g gradient
   * @param moments as many vectors as `moments` has names, changed in place
   * @param step the number of this update, from 1
   * @param factor of the learning rate; 1 by default
   */
  update(kernels: Kernels, w: Vector, g: Vector, moments: readonly Vector[], step: number, factor?: number): void;
}
