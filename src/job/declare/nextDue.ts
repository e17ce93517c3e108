import type { Job } from '../types.ts';

/** Longer than a schedule of the 29th of February has to wait. */
const horizonMs = 20 * 366 * 86_400_000;

/** The first due time after another; null where there is none in twenty years. */
export function nextDue({ schedule }: Pick<Job, 'schedule'>, after: number): number | null {
  for (const time of schedule.dueTimes(after, after + horizonMs)) return time;
  return null;
}
