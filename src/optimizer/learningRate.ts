import type { Json } from '../json.ts';
import { type Bound, bound, number } from '../options/bounds.ts';
import type { PlateauOptions, Schedule } from './schedules/schedule.ts';

/** A learning rate in a form that serves all optimizers, whatever it was declared as. */
export interface LearningRate {
  /** For the optimizer's options: the number, or the schedule by name and options. */
  readonly description: Json;
  readonly plateau: PlateauOptions | undefined;
  readonly knowing: Schedule['knowing'];
  at(step: number): number;
}

const rate = number({ above: 0 });

/** A number or a schedule. */
export const learningRateBound: Bound<number | Schedule> = bound(
  `${rate.expected}, or a schedule`,
  (value) => rate.holds(value) || isSchedule(value),
);

/** Reads a learning rate that is a number or a schedule. */
export function readLearningRate(learningRate: number | Schedule): LearningRate {
  if (typeof learningRate === 'number') {
    return { description: learningRate, plateau: undefined, knowing: undefined, at: () => learningRate };
  }
  const { name, options, plateau, knowing, at } = learningRate;
  return { description: { schedule: name, ...options }, plateau, knowing, at };
}

function isSchedule(value: unknown): value is Schedule {
  return typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'function';
}
