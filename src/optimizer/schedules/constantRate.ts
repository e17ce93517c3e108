import { checkOptions, positive } from '../checkOptions.ts';
import type { Schedule } from './schedule.ts';

export interface ConstantRateOptions {
  /** The learning rate, above 0. */
  readonly learningRate: number;
}

/**
 * The same learning rate in every update, as a number is.
 *
 * @throws OptionError where an option is out of bounds
 * @example constantRate({ learningRate: 0.1 }).at(1000) //=> 0.1
 */
export function constantRate(options: ConstantRateOptions): Schedule {
  const inForce = { ...options };
  checkOptions('constantRate', inForce, { learningRate: positive });
  return { name: 'constantRate', options: inForce, at: () => inForce.learningRate };
}
