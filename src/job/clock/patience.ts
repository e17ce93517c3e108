/**
 * Says what has stood still for long enough, by this process's own sense of time: neither a clock that is set nor the clocks of two
 * machines that differ mislead it.
 */
export interface Patience {
  /**
   * Whether this key has been looked at again and again for so long. A pause in looking begins anew: what stood still while nobody
   * could look, as when the database was away, may just not have been able to move.
   */
  isOver(key: string, ms: number): boolean;
  /** Begins anew with a key. */
  forget(key: string): void;
}

export interface PatienceOptions {
  /** A longer time between two looks is a pause. */
  readonly pauseMs: number;
  /** @default performance.now */
  readonly now?: () => number;
}

/**
 * @example createPatience({ pauseMs: 5000, now: () => 0 }).isOver('run 1', 30_000) //=> false
 */
export function createPatience({ pauseMs, now = () => performance.now() }: PatienceOptions): Patience {
  const seen = new Map<string, { since: number; last: number }>();
  let swept = now();
  return {
    isOver(key, ms) {
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
    forget: (key) => void seen.delete(key),
  };
}
