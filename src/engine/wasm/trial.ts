/** Products in a round: a few steps of most networks, so that both ways get the same mixture. Where they are long, fewer and a time do. */
const ROUND = 32;
const LEAST_ROUND = 8;
const ROUND_MS = 20;
/** Pairs of rounds that decide, and of them those that sharing has to win. A processor lent to others for a moment spoils one. */
const PAIRS = 5;
const WINS = 4;
/** Part of the time alone that sharing has to stay below. */
const GAIN = 0.95;
/** Milliseconds beyond twice the time alone after which a round of sharing is lost. */
const LOSS_MS = 1;
/** Products for which the winner is kept; twice as many each time that it wins again. */
const KEEP = 4096;
const MOST_KEEP = 65536;

/** Finds out, again and again, whether products are done sooner shared or alone. */
export interface Trial {
  /** Whether it matters how long a product takes: not while a winner is kept, when to look at a clock would only cost. */
  readonly isTiming: boolean;
  /** Called when a product is done: how many multiplications it took, and how long where that matters. */
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
  let left = ROUND;
  let [work, ms, rateAlone] = [0, 0, 0];
  let [wins, losses] = [0, 0];
  let keep = KEEP;
  let winner: boolean | undefined;

  function begin(next: typeof phase, products: number, shared: boolean): void {
    phase = next;
    left = products;
    work = 0;
    ms = 0;
    use(shared);
  }

  function decide(shared: boolean): void {
    keep = shared === winner ? Math.min(2 * keep, MOST_KEEP) : KEEP;
    winner = shared;
    wins = 0;
    losses = 0;
    begin('kept', keep, shared);
  }

  return {
    get isTiming() {
      return phase !== 'kept';
    },
    record(more, took) {
      left--;
      if (phase === 'kept') {
        if (left === 0) begin('alone', ROUND, false);
        return;
      }
      work += more;
      ms += took;
      const lost = phase === 'shared' && ms > 2 * rateAlone * work + LOSS_MS;
      const long = left <= ROUND - LEAST_ROUND && ms >= ROUND_MS;
      if (left > 0 && !long && !lost) return;
      if (phase === 'alone') {
        rateAlone = ms / work;
        begin('shared', ROUND, true);
        return;
      }
      if (phase === 'shared') {
        if (!lost && ms < GAIN * rateAlone * work) wins++;
        else losses++;
        if (wins === WINS) return decide(true);
        if (losses > PAIRS - WINS) return decide(false);
      }
      begin('alone', ROUND, false);
    },
  };
}
