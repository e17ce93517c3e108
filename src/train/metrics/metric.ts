import type { Vector } from '../../types.ts';

/** Running counts over a stream of predictions. Make a new one for each stream. */
export interface Accumulator<State> {
  /**
   * `outputs` where only the order of `p` counts: an evaluation then gives what the network answers, which is ordered as its probabilities
   * are, has half their bytes, and tells apart what is 1 to all digits.
   * @default 'predictions'
   */
  readonly takes?: 'predictions' | 'outputs';
  /**
   * @param p predictions `[n, outputs]`: probabilities, or numbers in the unit of `y`
   * @param y targets `[n]`: zeros and ones, numbers of classes, or numbers
   */
  add(p: Vector, y: Vector, n: number, outputs: number): void;
  /** What has been counted so far: plain JSON and typed arrays, which a worker can be sent. */
  state(): State;
  /** Adds what another one of the same kind has counted, as if its rows had been added here. */
  merge(state: State): void;
}

/** A figure of merit over a stream of predictions. */
export interface Metric<State = unknown> extends Accumulator<State> {
  /**
   * What it counts with, where another metric may count with the same: it is then given each row once for both.
   * @default itself
   */
  readonly counts?: Accumulator<State>;
  /** The figure for all rows so far; NaN where it is not defined. */
  result(): number;
  /** The same figure for the best constant prediction, over the same rows. */
  baseline(): number;
}
