import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../types.ts';

/** How long one sleep is at the most: a clock that is set forward, or a machine that wakes up, is noticed within it. */
const longestMs = 1000;

/** The clock of the machine. */
export const realClock: Clock = {
  speed: 1,
  now: () => Date.now(),
  async until(time, signal) {
    signal?.throwIfAborted();
    for (let left = time - Date.now(); left > 0; left = time - Date.now()) {
      await setTimeout(Math.min(left, longestMs), undefined, { signal }).catch(() => {});
      signal?.throwIfAborted();
    }
  },
};
