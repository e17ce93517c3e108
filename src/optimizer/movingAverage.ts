import type { Kernels, Vector } from '../engine/types.ts';
import type { Json } from '../json.ts';
import { number } from '../options/bounds.ts';
import { readOptions } from '../options/checkOptions.ts';

/** The options of `movingAverage`. */
export interface MovingAverageOptions {
  /**
   * Memory of the average, in [0, 1): 0.999 averages over about a thousand steps.
   * @default 0.999
   */
  readonly decay?: number;
}

/** An average of the parameters over the last steps: it is what evaluation, and a trained model, use. */
export interface MovingAverage {
  readonly name: string;
  readonly options: { readonly [key: string]: Json };
  /**
   * @param average changed in place
   * @param w the parameters after update `step`
   */
  update(kernels: Kernels, average: Vector, w: Vector, step: number): void;
}

/**
 * An exponential moving average of the parameters, which wobbles less than they do at the end of training.
 *
 *   average = d average + (1 - d) w, d = min(decay, (1 + step) / (10 + step))
 *
 * In the first steps, it follows faster, so that it does not remember the beginning.
 *
 * Convention: as tf.train.ExponentialMovingAverage with num_updates.
 * @throws OptionError where `decay` is out of bounds
 * @example movingAverage().options //=> { decay: 0.999 }
 * @see Polyak and Juditsky 1992, doi:10.1137/0330046
 */
export function movingAverage(options: MovingAverageOptions = {}): MovingAverage {
  const fields = { decay: number({ least: 0, below: 1 }) };
  const inForce = readOptions<MovingAverageOptions>('movingAverage', options, fields, { decay: 0.999 });
  return {
    name: 'movingAverage',
    options: inForce,
    update(kernels, average, w, step) {
      const take = 1 - Math.min(inForce.decay, (1 + step) / (10 + step));
      kernels.update.follow({ average, w }, w.length, { take });
    },
  };
}
