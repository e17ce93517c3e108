/**
 * Tells what has stood still for too long, by this process's own sense of time: neither a clock that is set nor the clocks of two
 * machines that differ mislead it.
 */
export interface StallDetector {
  /**
   * Whether this key has been looked at again and again for so long. A pause in looking begins anew: what stood still while nobody
   * could look, as when the database was away, may just not have been able to move.
   */
  isStalled(key: string, ms: number): boolean;
}

export interface StallDetectorOptions {
  /** A longer time between two looks is a pause. */
  readonly pauseMs: number;
  /** @default performance.now */
  readonly now?: () => number;
}

/**
 * @example createStallDetector({ pauseMs: 5000, now: () => 0 }).isStalled('run 1', 30_000) //=> false
 */
export function createStallDetector({ pauseMs, now = () => performance.now() }: StallDetectorOptions): StallDetector {
  const seen = new Map<string, { since: number; last: number }>();
  let swept = now();
  return {
    isStalled(key, ms) {
      const at = now();
      if (at - swept > 10 * pauseMs) {
        swept = at;
        for (const [each, { last }] of seen) if (at - last > pauseMs) seen.delete(each);
      }
      const known = seen.get(key);
      if (!known || at - known.last > pauseMs) {
        seen.set(key, { since: at, last: at });
        return ms <= 0;
      }
      known.last = at;
      return at - known.since >= ms;
    },
  };
}
