/** Products in a trial: a few steps of most networks, so that both ways get the same mixture. */
const TRIAL = 32;
/** Products for which the winner is kept; twice as many each time that it wins again. */
const KEEP = 1024;
const MOST_KEEP = 16384;
/** Milliseconds that a trial of sharing may lose before it is given up. */
const LOSS_MS = 1;

/** Finds out, again and again, whether products are done sooner shared or alone. */
export interface Trial {
  /** Called when a product is done: how many multiplications it took, and how long. */
  record(work: number, ms: number): void;
}

/**
 * Where other work keeps the processors busy, a helper is given none just when the caller waits for it, and sharing costs more than it
 * gains. So the two ways are timed in turns, and the faster is kept for a while.
 *
 * @param use called with what comes next: true to share
 */
export function createTrial(use: (shared: boolean) => void): Trial {
  let phase: 'alone' | 'shared' | 'kept' = 'alone';
  let left = TRIAL;
  let keep = KEEP;
  let winner: boolean | undefined;
  let work = 0;
  let ms = 0;
  let aloneRate = 0;

  function begin(next: typeof phase, products: number, shared: boolean): void {
    [phase, left, work, ms] = [next, products, 0, 0];
    use(shared);
  }
  return {
    record(more, took) {
      work += more;
      ms += took;
      left--;
      const lost = phase === 'shared' && ms > 2 * aloneRate * work + LOSS_MS;
      if (left > 0 && !lost) return;
      if (phase === 'alone') {
        aloneRate = ms / work;
        begin('shared', TRIAL, true);
      } else if (phase === 'shared') {
        const wins = !lost && ms / work < aloneRate;
        keep = wins === winner ? Math.min(2 * keep, MOST_KEEP) : KEEP;
        winner = wins;
        begin('kept', keep, wins);
      } else {
        begin('alone', TRIAL, false);
      }
    },
  };
}
