import { number, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `constantRate`. */
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
  const inForce = readOptions<ConstantRateOptions>(
    'constantRate',
    options,
    { learningRate: required(number({ above: 0 })) },
    {},
  );
  return { name: 'constantRate', options: inForce, at: () => inForce.learningRate };
}
