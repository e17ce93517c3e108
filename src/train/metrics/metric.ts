import type { Vector } from '../../types.ts';

/** A figure of merit over a stream of predictions. Holds its own running state; make a new one for each stream. */
export interface Metric {
  /**
   * @param p predictions `[n, outputs]`: probabilities, or numbers in the unit of `y`
   * @param y targets `[n]`: zeros and ones, numbers of classes, or numbers
   */
  add(p: Vector, y: Vector, n: number, outputs: number): void;
  /** The figure for all rows so far; NaN where it is not defined. */
  result(): number;
  /** The same figure for the best constant prediction, over the same rows. */
  baseline(): number;
}
