import type { Loss } from '../../loss/loss.ts';
import type { Layer } from '../../network/layer.ts';
import type { GradientTransform } from '../../optimizer/gradient/gradientTransform.ts';
import type { MovingAverage } from '../../optimizer/movingAverage.ts';
import type { Optimizer } from '../../optimizer/optimizer.ts';
import type { Feature } from '../../preprocess/declare/feature.ts';
import type { Target } from '../../preprocess/declare/target.ts';
import type { Derivation } from '../../preprocess/derive/derivation.ts';
import type { Sink } from '../../sink/types.ts';
import type { Source } from '../../source/types.ts';
import type { Calibration } from '../../train/answers/calibration.ts';
import type { Threshold } from '../../train/answers/chooseThreshold.ts';
import type { EarlyStopping } from '../../train/earlyStopping.ts';
import type { Metric } from '../../train/metrics/types.ts';
import type { BadRowPolicy } from '../badRows/badRowPolicy.ts';

/** How the rows of an epoch are permuted. */
export interface Shuffling {
  /** Memory for the window in which rows are permuted, in MB (10^6 bytes); a positive number. */
  readonly memoryMB: number;
  /**
   * The longest that rows wait for the window to fill, of a source that has no end or can be read only once, in milliseconds; a positive number, or
   * Infinity. What has come is then trained on, permuted among itself alone, as soon as the run has so long had nothing to do but to wait. In
   * the order of the source (`shuffle: false`) rows wait as long for their mini-batch.
   * @default 5000 for a source without an end; for others the window is full, or the last
   */
  readonly maxWaitMs?: number;
  /**
   * Makes the shuffle exact where the rows outgrow the window: they are dealt to disk once, `true` for the run's folder, and every epoch
   * reads them in another order. `false` permutes window by window.
   * @default false
   */
  readonly spill?: boolean | SpillPlace;
}

/** Where rows that outgrow memory go, and how much room they have. */
export interface SpillPlace {
  /**
   * The folder, made when only it is not there.
   * @default the run's folder
   */
  readonly directory?: string;
  /**
   * The most that they may take, in MB (10^6 bytes); a positive number.
   * @default as much as there is
   */
  readonly maxDiskMB?: number;
}

/** Which rows are held out: by a hash of their values, so that they are the same in every run. */
export interface Split {
  /** Their share; in `[0, 1)`. */
  readonly validation: number;
  /**
   * The columns whose values decide: rows that are equal in them are on the same side, however many they are.
   * @default what the features are made of, without what gives the target away; rows that are equal in all of it stay together, but for
   *   so many that the share would be off
   */
  readonly by?: readonly string[];
  /**
   * Names the hash: another one holds other rows out; an integer. The run's `seed` has no part in it.
   * @default 0
   */
  readonly seed?: number;
}

/** A training run as it is declared: flat, in the order in which data passes through. */
export interface PipelineOptions {
  /** Names the run's folder and its logs; letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Where the rows come from. */
  readonly source: Source;
  /**
   * What becomes of rows that cannot be used: one that cannot be read, has no valid label, or holds a value that a feature does not
   * allow. `fail` ends the run with the first; `skipRows(...)` leaves them out up to a share; `badRowFile(...)` also writes them down.
   * @default 'fail'
   */
  readonly badRows?: BadRowPolicy | 'fail';
  /**
   * Columns that are computed from others, in this order.
   * @default []
   */
  readonly derive?: readonly Derivation[];
  /** What the network sees: a feature for each column, by the column's name. */
  readonly features: Readonly<Record<string, Feature>>;
  /** What the network predicts. */
  readonly target: Target;
  /**
   * A column of numbers that says how much each row counts in the training loss; `false` where all count alike.
   * @default false
   */
  readonly weight?: string | false;
  /**
   * The rows that are held out for validation.
   * @default { validation: 0 }
   */
  readonly split?: Split;
  /**
   * The first rows of the source, training and held-out ones: statistics and vocabularies are fitted on the training side of them.
   * `false` for all rows; a source without an end, or one that can be read only once needs a number, and takes its held-out rows from these alone.
   * @default false
   */
  readonly fit?: { readonly rows: number } | false;
  /**
   * Memory for the window in which rows are permuted, and whether rows that outgrow it are dealt to disk; `false` keeps the order of the
   * source.
   * @default { memoryMB: 256 }
   */
  readonly shuffle?: Shuffling | false;
  /** Rows of a mini-batch; an integer, at least 1. */
  readonly batch: number;
  /** The layers, input first. The last one's units are the output's: 1, or the number of classes. */
  readonly network: readonly Layer[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /**
   * What is done to the gradient before the optimizer sees it, in this order: clipping.
   * @default []
   */
  readonly gradient?: readonly GradientTransform[];
  /**
   * Mini-batches whose mean gradient makes one update; an integer, at least 1.
   * @default 1
   */
  readonly accumulate?: number;
  /**
   * Keeps an average of the parameters, which validation and the trained model use; `false` for none.
   * @default false
   */
  readonly movingAverage?: MovingAverage | false;
  /**
   * When to stop before all epochs are done, with the parameters that were best; `false` for never.
   * @default false
   */
  readonly earlyStopping?: EarlyStopping | false;
  /**
   * Of a target of two classes: the probability from which on the second is predicted, in [0, 1]; or how it is chosen on the held-out rows, by the greatest
   * F1 or the least cost. It is stored with the model.
   * @default 0.5
   */
  readonly threshold?: Threshold;
  /**
   * Of a target of classes: recalibrates the probabilities of the trained model by the held-out rows, with one number, `'temperature'`, with two of each
   * class, `'platt'`, or with steps, `'isotonic'`; `false` leaves them as the network gives them.
   * @default false
   */
  readonly calibrate?: Calibration['method'] | false;
  /**
   * What the held-out rows are scored by besides the metrics of the target's kind; each has a name of its own.
   * @default []
   */
  readonly metrics?: readonly Metric[];
  /**
   * Steps between two validations within an epoch, beside the one at its end; `false` for none. The held-out rows are then kept in
   * memory.
   * @default false
   */
  readonly validateEverySteps?: number | false;
  /**
   * How often the source is read through; an integer, at least 1.
   * @default 1
   */
  readonly epochs?: number;
  /**
   * Places for what happens: progress, logs, metrics, checkpoints.
   * @default []
   */
  readonly sinks?: readonly Sink[];
  /**
   * Names all random numbers of the run; an integer.
   * @default 0
   */
  readonly seed?: number;
  /**
   * Steps between two reports of loss and speed; an integer, at least 1.
   * @default 100
   */
  readonly reportEverySteps?: number;
  /**
   * Steps between two examinations of the run, which tell what is wrong with it; `false` for none. Steps 1, 2, 5, 10, 20, 50 and 100 are
   * examined, too. docs/health.md has a table of what is found.
   * @default { everySteps: 200 }
   */
  readonly health?: { readonly everySteps: number } | false;
  /**
   * Record batches that may be read ahead; an integer, at least 1.
   * @default 4
   */
  readonly ahead?: number;
}

/** A checked declaration, all defaults filled in. */
export type Pipeline = Required<PipelineOptions>;
