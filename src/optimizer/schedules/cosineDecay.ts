import { flag, integer, number, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** The highest learning rate, above 0. */
  readonly learningRate: number;
  /** Updates from the highest rate to the lowest, in the first cycle where there are restarts; an integer, at least 1. */
  readonly steps: number;
  /**
   * Updates before that in which the rate rises in a straight line to the highest; an integer, at least 0.
   * @default 0
   */
  readonly warmupSteps?: number;
  /**
   * The lowest learning rate; at least 0.
   * @default 0
   */
  readonly end?: number;
  /**
   * Goes back to the highest rate after each cycle, instead of staying at the lowest after the first.
   * @default false
   */
  readonly restarts?: boolean;
  /**
   * The length of each cycle in multiples of the one before; an integer, at least 1.
   * @default 1
   */
  readonly growth?: number;
}

/**
 * A learning rate that falls along half a cosine, after a warm-up and with restarts where they are asked for.
 *
 *   learningRate step / warmupSteps                                        while step <= warmupSteps
 *   end + (learningRate - end) (1 + cos(pi t / T)) / 2                     after it
 *
 * t counts the updates of the cycle from 0, T is its length.
 *
 * Convention: without warm-up, as torch.optim.lr_scheduler.CosineAnnealingLR, or CosineAnnealingWarmRestarts, stepped after each update.
 * @throws OptionError where an option is out of bounds
 * @example cosineDecay({ learningRate: 1, steps: 100, warmupSteps: 10 }).at(5) //=> 0.5
 * @see Loshchilov and Hutter 2017, arXiv:1608.03983
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const inForce = readOptions<CosineDecayOptions>(
    'cosineDecay',
    options,
    {
      learningRate: required(number({ above: 0 })),
      steps: required(integer({ least: 1 })),
      warmupSteps: integer({ least: 0 }),
      end: number({ least: 0 }),
      restarts: flag,
      growth: integer({ least: 1 }),
    },
    { warmupSteps: 0, end: 0, restarts: false, growth: 1 },
  );
  const { learningRate, steps, warmupSteps, end, restarts, growth } = inForce;
  return {
    name: 'cosineDecay',
    options: inForce,
    at(step) {
      if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
      let t = step - 1 - warmupSteps;
      let length = steps;
      if (!restarts) t = Math.min(t, steps);
      else if (growth === 1) t %= steps;
      else {
        for (; t >= length; length *= growth) t -= length;
      }
      return end + ((learningRate - end) * (1 + Math.cos((Math.PI * t) / length))) / 2;
    },
  };
}
