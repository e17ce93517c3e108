import type { Clock } from '../types.ts';

/** A clock that shows no later time than one. */
export function stoppingClock(clock: Clock, until: number): Clock {
  return { ...clock, now: () => Math.min(clock.now(), until) };
}
