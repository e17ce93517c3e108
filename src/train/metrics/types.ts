import type { Vector } from '../../engine/types.ts';
import type { Json } from '../../json.ts';
import type { Loss } from '../../loss/loss.ts';

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

/** The kind of target that a network predicts. */
export type Task = Loss['task'];

/** A figure of merit as it is declared: its name, which way is better, and how it is counted. It counts nothing itself. */
export interface Metric<State = unknown> {
  /** By which it is watched and shown: `auc`, `rmse`. */
  readonly name: string;
  /** The options in force. */
  readonly options: { readonly [key: string]: Json };
  /** Whether more of it is better, or less: early stopping, plateaus and the checks of jobs go by it. */
  readonly better: 'higher' | 'lower';
  /** The kinds of target that it scores. */
  readonly tasks: readonly Task[];
  /**
   * Begins to count over a stream of predictions.
   *
   * @param share gives the metrics of one evaluation what they count with in common; each counts by itself by default
   */
  begin(share?: Share): RunningMetric<State>;
}

/**
 * Gives metrics that ask for it by the same function the same counts, where they are counted over the same rows. `make` is told the probability from
 * which on the second of two classes is predicted.
 */
export type Share = <Counts>(make: (threshold: number) => Counts) => Counts;

/** Counts by itself. */
export const alone: Share = (make) => make(0.5);

/** Counts of a metric over a stream of predictions, and the figure that they give. */
export interface RunningMetric<State = unknown> extends Accumulator<State> {
  /**
   * What it counts with, where another metric may count with the same: it is then given each row once for both.
   * @default itself
   */
  readonly counts?: Accumulator<State>;
  /** The figure for all rows so far; NaN where it is not defined. */
  result(): number;
  /** The same figure for the best constant prediction, over the same rows; a metric without it is shown without a baseline. */
  baseline?(): number;
  /** Which constant prediction that is. */
  constant?(): Constant;
  /** What the rows so far lack, where it is not defined for them whatever is predicted. */
  lacks?(): Lack | undefined;
}

/** Why a metric is not defined for some rows. */
export type Lack =
  /** All are of this class. */
  | { readonly kind: 'class'; readonly class: number }
  /** The target is the same number in all of them. */
  | { readonly kind: 'constant'; readonly value: number }
  /** The target has too few classes for it to say anything of any rows. */
  | 'classes';

/** A prediction that is the same for every row. */
export type Constant =
  /** All of them have the same figure. */
  | { readonly kind: 'any' }
  /** Always this class; or always these, where several may be named. */
  | { readonly kind: 'classes'; readonly classes: readonly number[] }
  /** The share of each class as its probability. */
  | { readonly kind: 'shares'; readonly shares: readonly number[] }
  | { readonly kind: 'mean' | 'median'; readonly value: number };
