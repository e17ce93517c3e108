import type { Clock } from '../types.ts';

/** The clock of the machine. */
export const realClock: Clock = { speed: 1, now: () => Date.now() };

export interface SimulatedClockOptions {
  /** What it shows at first, in milliseconds since 1970 UTC. */
  readonly from: number;
  /** How often faster than real time it goes; Infinity: it stands still, and jumps when nothing is left to do before. */
  readonly speed: number;
}

/**
 * A clock for replaying the past. One that jumps is for a single process.
 *
 * @example simulatedClock({ from: 0, speed: Infinity }).now() //=> 0
 */
export function simulatedClock({ from, speed }: SimulatedClockOptions): Clock {
  if (speed === Infinity) {
    let time = from;
    return {
      speed,
      now: () => time,
      jump(to) {
        time = Math.max(time, to);
      },
    };
  }
  const began = performance.now();
  return { speed, now: () => from + Math.floor((performance.now() - began) * speed) };
}
