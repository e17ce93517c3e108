import { integer, number, required } from '../../options/bounds.ts';
import { readOptions } from '../../options/checkOptions.ts';
import type { Schedule } from './schedule.ts';

/** The options of `stepDecay`. */
export interface StepDecayOptions {
  /** The learning rate at first, above 0. */
  readonly learningRate: number;
  /** Updates at the same rate; an integer, at least 1. */
  readonly everySteps: number;
  /**
   * What the rate is multiplied with after them; above 0.
   * @default 0.1
   */
  readonly factor?: number;
}

/**
 * A learning rate that falls in steps.
 *
 *   learningRate factor^floor((step - 1) / everySteps)
 *
 * Convention: as torch.optim.lr_scheduler.StepLR, stepped after each update.
 * @throws OptionError where an option is out of bounds
 * @example stepDecay({ learningRate: 1, everySteps: 10, factor: 0.5 }).at(11) //=> 0.5
 */
export function stepDecay(options: StepDecayOptions): Schedule {
  const inForce = readOptions<StepDecayOptions>(
    'stepDecay',
    options,
    {
      learningRate: required(number({ above: 0 })),
      everySteps: required(integer({ least: 1 })),
      factor: number({ above: 0 }),
    },
    { factor: 0.1 },
  );
  const { learningRate, everySteps, factor } = inForce;
  return {
    name: 'stepDecay',
    options: inForce,
    at: (step) => learningRate * factor ** Math.floor((step - 1) / everySteps),
  };
}
