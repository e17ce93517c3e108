import { OptionError } from '../errors.ts';
import type { Json } from '../types.ts';
import type { PlateauOptions, Schedule } from './schedules/schedule.ts';

/** A learning rate in a form that serves all optimizers, whatever it was declared as. */
export interface LearningRate {
  /** For the optimizer's options: the number, or the schedule by name and options. */
  readonly description: Json;
  readonly plateau: PlateauOptions | undefined;
  at(step: number): number;
}

/** What a learning rate may be, in words. */
export const expectedLearningRate = 'a finite number above 0, or a schedule';

/**
 * Reads a learning rate that is a number or a schedule.
 *
 * @throws OptionError where it is neither
 */
export function readLearningRate(owner: string, learningRate: number | Schedule | Json | undefined): LearningRate {
  if (typeof learningRate === 'number' && learningRate > 0 && learningRate < Infinity) {
    return { description: learningRate, plateau: undefined, at: () => learningRate };
  }
  if (isSchedule(learningRate)) {
    const { name, options, plateau } = learningRate;
    return { description: { schedule: name, ...options }, plateau, at: learningRate.at };
  }
  throw new OptionError({
    where: `${owner}: learningRate`,
    expected: expectedLearningRate,
    received: typeof learningRate === 'number' ? `${learningRate}` : (JSON.stringify(learningRate) ?? 'nothing'),
  });
}

function isSchedule(value: unknown): value is Schedule {
  return typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'function';
}
