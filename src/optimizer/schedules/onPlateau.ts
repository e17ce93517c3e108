import type { Json } from '../../json.ts';
import { integer, number, oneOf, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import { learningRateBound, readLearningRate } from '../learningRate.ts';
import { modeOfNamed, readWatched, watchedBound } from './plateau.ts';
import type { Schedule, WatchedMetric } from './schedule.ts';

/** The options of `onPlateau`. */
export interface OnPlateauOptions {
  /** The learning rate as long as the metric gets better: a number above 0, or another schedule. */
  readonly learningRate: number | Schedule;
  /** A metric of the validations, by its name, `auc`, `rmse`, or the metric itself. */
  readonly metric: string | WatchedMetric;
  /**
   * Whether less or more of the metric is better.
   * @default what the metric says
   */
  readonly mode?: 'min' | 'max';
  /**
   * What the rate is multiplied with on a plateau; in [0, 1).
   * @default 0.1
   */
  readonly factor?: number;
  /**
   * Validations in a row that may be no better than the best; an integer, at least 0.
   * @default 10
   */
  readonly patience?: number;
  /**
   * What a better metric must be better by, in the unit of the metric; at least 0.
   * @default 0
   */
  readonly minDelta?: number;
  /**
   * Validations after a cut that are not counted; an integer, at least 0.
   * @default 0
   */
  readonly cooldown?: number;
  /**
   * The learning rate does not go below this; at least 0.
   * @default 0
   */
  readonly least?: number;
}

/**
 * A learning rate that is cut when a metric of the validations has stopped getting better. Its counters are kept in checkpoints.
 *
 * Convention: as torch.optim.lr_scheduler.ReduceLROnPlateau with an absolute threshold.
 * @throws OptionError where an option is out of bounds
 * @example onPlateau({ learningRate: 0.1, metric: 'auc' }).plateau.patience //=> 10
 */
export function onPlateau(options: OnPlateauOptions): Schedule {
  const inForce = readOptions<OnPlateauOptions>(
    'onPlateau',
    options,
    {
      learningRate: required(learningRateBound),
      metric: required(watchedBound),
      mode: oneOf('min', 'max'),
      factor: number({ least: 0, below: 1 }),
      patience: integer({ least: 0 }),
      minDelta: number({ least: 0 }),
      cooldown: integer({ least: 0 }),
      least: number({ least: 0 }),
    },
    // In its place: descriptions are hashed as they stand, and a metric that is named alone is known when the pipeline is.
    { mode: undefined as never, factor: 0.1, patience: 10, minDelta: 0, cooldown: 0, least: 0 },
  );
  const { learningRate, ...watching } = inForce;
  const plateau = { ...watching, ...readWatched(watching.metric), ...(options.mode && { mode: options.mode }) };
  const { description, at } = readLearningRate(learningRate);
  // Without what is undefined.
  const described: { readonly [key: string]: Json } = JSON.parse(
    JSON.stringify({ learningRate: description, ...plateau }),
  );
  return {
    name: 'onPlateau',
    options: described,
    plateau,
    at,
    ...(plateau.mode === undefined && {
      knowing(metrics) {
        const mode = modeOfNamed(plateau.metric, metrics);
        return onPlateau({ ...options, ...(mode && { mode }) });
      },
    }),
  };
}
