import type { JobSchedule } from '../types.ts';

/**
 * Never due by itself: runs are triggered by hand, backfilled, or asked for by drift.
 *
 * @example [...manual().dueTimes(0, 1e12)] //=> []
 */
export function manual(): JobSchedule {
  return { kind: 'manual', text: 'by hand', dueTimes: () => [] };
}
