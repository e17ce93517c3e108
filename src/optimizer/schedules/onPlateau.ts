import type { Json } from '../../types.ts';
import { checkOptions, fraction, notNegative, oneOf, wholeFrom0 } from '../checkOptions.ts';
import { readLearningRate } from '../learningRate.ts';
import { metricMode } from './metricMode.ts';
import type { Schedule } from './schedule.ts';

export interface OnPlateauOptions {
  /** The learning rate as long as the metric gets better: a number above 0, or another schedule. */
  readonly learningRate: number | Schedule;
  /** A metric of the validations, by its name: `auc`, `rmse`. */
  readonly metric: string;
  /**
   * Whether less or more of the metric is better.
   * @default what suits the metric
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
 * @example onPlateau({ learningRate: 0.1, metric: 'auc' }).plateau.mode //=> 'max'
 */
export function onPlateau(options: OnPlateauOptions): Schedule {
  const defaults = { mode: metricMode(options?.metric), factor: 0.1, patience: 10, minDelta: 0, cooldown: 0, least: 0 };
  const inForce = { ...defaults, ...options };
  checkOptions('onPlateau', inForce, {
    learningRate: { expected: 'a finite number above 0, or a schedule', holds: () => true },
    metric: { expected: 'the name of a metric', holds: (value) => typeof value === 'string' && value !== '' },
    mode: oneOf('min', 'max'),
    factor: fraction,
    patience: wholeFrom0,
    minDelta: notNegative,
    cooldown: wholeFrom0,
    least: notNegative,
  });
  const { learningRate, ...plateau } = inForce;
  const { description, at } = readLearningRate('onPlateau', learningRate);
  const described: { readonly [key: string]: Json } = { learningRate: description, ...plateau };
  return { name: 'onPlateau', options: described, plateau, at };
}
