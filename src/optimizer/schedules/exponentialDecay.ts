import { integer, number, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `exponentialDecay`. */
export interface ExponentialDecayOptions {
  /** The learning rate at first, above 0. */
  readonly learningRate: number;
  /** What the rate has been multiplied with after `everySteps` updates; above 0. */
  readonly factor: number;
  /**
   * An integer, at least 1.
   * @default 1
   */
  readonly everySteps?: number;
}

/**
 * A learning rate that falls by the same share in each update.
 *
 *   learningRate factor^((step - 1) / everySteps)
 *
 * Convention: as torch.optim.lr_scheduler.ExponentialLR, stepped after each update, where `everySteps` is 1.
 * @throws OptionError where an option is out of bounds
 * @example exponentialDecay({ learningRate: 1, factor: 0.5 }).at(3) //=> 0.25
 */
export function exponentialDecay(options: ExponentialDecayOptions): Schedule {
  const inForce = readOptions<ExponentialDecayOptions>(
    'exponentialDecay',
    options,
    {
      learningRate: required(number({ above: 0 })),
      factor: required(number({ above: 0 })),
      everySteps: integer({ least: 1 }),
    },
    { everySteps: 1 },
  );
  const { learningRate, everySteps, factor } = inForce;
  return {
    name: 'exponentialDecay',
    options: inForce,
    at: (step) => learningRate * factor ** ((step - 1) / everySteps),
  };
}
