import type { Clock } from '../types.ts';

/** The clock of the machine. */
export const realClock: Clock = { speed: 1, now: () => Date.now() };
