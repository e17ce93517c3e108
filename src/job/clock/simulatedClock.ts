import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from '../types.ts';

export interface SimulatedClockOptions {
  /** What it shows at first, in milliseconds since 1970 UTC. */
  readonly from: number;
  /** How often faster than real time it goes; Infinity: it stands still, and jumps to the time that is waited for. */
  readonly speed: number;
}

/**
 * A clock for replaying the past. One that jumps is for a single process, which waits on it only when nothing is left to do before.
 *
 * @example simulatedClock({ from: 0, speed: Infinity }).now() //=> 0
 */
export function simulatedClock({ from, speed }: SimulatedClockOptions): Clock {
  return speed === Infinity ? jumping(from) : flowing(from, speed);
}

function flowing(from: number, speed: number): Clock {
  const began = performance.now();
  const now = () => from + Math.floor((performance.now() - began) * speed);
  return {
    speed,
    now,
    async until(time, signal) {
      signal?.throwIfAborted();
      for (let left = time - now(); left > 0; left = time - now()) {
        await setTimeout(Math.min(Math.ceil(left / speed), 1000), undefined, { signal }).catch(() => {});
        signal?.throwIfAborted();
      }
    },
  };
}

function jumping(from: number): Clock {
  let time = from;
  return {
    speed: Infinity,
    now: () => time,
    async until(wanted, signal) {
      // What is ready to happen does so first.
      await setImmediate();
      signal?.throwIfAborted();
      time = Math.max(time, wanted);
    },
  };
}
