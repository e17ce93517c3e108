import { integer, number, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  /** The learning rate at first, above 0. */
  readonly learningRate: number;
  /** Updates until the end is reached; an integer, at least 1. */
  readonly steps: number;
  /**
   * 1 for a straight line; above 0.
   * @default 1
   */
  readonly power?: number;
  /**
   * The learning rate after `steps`; at least 0.
   * @default 0
   */
  readonly end?: number;
}

/**
 * A learning rate that falls as a power of the updates that are left.
 *
 *   end + (learningRate - end) (1 - min(step - 1, steps) / steps)^power
 *
 * Convention: as torch.optim.lr_scheduler.PolynomialLR, stepped after each update, where `end` is 0.
 * @throws OptionError where an option is out of bounds
 * @example polynomialDecay({ learningRate: 1, steps: 4 }).at(2) //=> 0.75
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const inForce = readOptions<PolynomialDecayOptions>(
    'polynomialDecay',
    options,
    {
      learningRate: required(number({ above: 0 })),
      steps: required(integer({ least: 1 })),
      power: number({ above: 0 }),
      end: number({ least: 0 }),
    },
    { power: 1, end: 0 },
  );
  const { learningRate, steps, power, end } = inForce;
  return {
    name: 'polynomialDecay',
    options: inForce,
    at: (step) => end + (learningRate - end) * (1 - Math.min(step - 1, steps) / steps) ** power,
  };
}
