import type { Clock } from '../../src/job/types.ts';

/** A clock that shows what it is told. */
export interface HandClock extends Clock {
  set(time: number): void;
}

export function handClock(time = 0): HandClock {
  return {
    speed: 1,
    now: () => time,
    set(to) {
      time = to;
    },
  };
}
