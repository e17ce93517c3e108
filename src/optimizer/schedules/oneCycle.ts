import { integer, number, oneOf, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `oneCycle`. */
export interface OneCycleOptions {
  /** The highest learning rate, above 0. */
  readonly learningRate: number;
  /** Updates of the cycle; an integer, at least 1. */
  readonly steps: number;
  /**
   * The share of them in which the rate rises, in (0, 1).
   * @default 0.3
   */
  readonly rise?: number;
  /**
   * The highest rate in multiples of the first; above 0.
   * @default 25
   */
  readonly startDivisor?: number;
  /**
   * The first rate in multiples of the last; above 0.
   * @default 10_000
   */
  readonly endDivisor?: number;
  /**
   * The form of the slopes.
   * @default 'cosine'
   */
  readonly shape?: 'cosine' | 'linear';
}

/**
 * One cycle: the learning rate rises to its highest, then falls far below where it began; after the cycle it stays there.
 *
 *   from learningRate / startDivisor to learningRate in update rise steps, to learningRate / startDivisor / endDivisor in the last
 *
 * Convention: as torch.optim.lr_scheduler.OneCycleLR without cycling the momentum, stepped after each update.
 * @throws OptionError where an option is out of bounds
 * @example oneCycle({ learningRate: 1, steps: 10, startDivisor: 4 }).at(1) //=> 0.25
 * @see Smith and Topin 2018, arXiv:1708.07120
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const inForce = readOptions<OneCycleOptions>(
    'oneCycle',
    options,
    {
      learningRate: required(number({ above: 0 })),
      steps: required(integer({ least: 1 })),
      rise: number({ above: 0, below: 1 }),
      startDivisor: number({ above: 0 }),
      endDivisor: number({ above: 0 }),
      shape: oneOf('cosine', 'linear'),
    },
    { rise: 0.3, startDivisor: 25, endDivisor: 10_000, shape: 'cosine' },
  );
  const { learningRate, steps, rise, startDivisor, endDivisor, shape } = inForce;
  const first = learningRate / startDivisor;
  const last = first / endDivisor;
  const top = rise * steps - 1;
  const between = (from: number, to: number, share: number) =>
    shape === 'linear' ? from + (to - from) * share : to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;
  return {
    name: 'oneCycle',
    options: inForce,
    at(step) {
      const t = Math.min(step, steps) - 1;
      if (t <= top) return top > 0 ? between(first, learningRate, t / top) : learningRate;
      return between(learningRate, last, (t - top) / (steps - 1 - top));
    },
  };
}
