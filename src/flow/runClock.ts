import { defer, first, map, type Observable, repeat, timer } from 'rxjs';
import type { Spending } from './types.ts';

/** What a run does at a time: any number of each. */
export interface Doing {
  /** Asks sources for data. */
  pulling: number;
  /** Works off items that are paced. */
  pacing: number;
  /** Waits for sinks. */
  holds: number;
}

/** Tells what the time of a run goes into. */
export interface RunClock extends Spending {
  readonly doing: Readonly<Doing>;
  /** One more of something, or one less. */
  change(what: keyof Doing, by: 1 | -1): void;
  /** Adds what a piece of work has taken. */
  worked(ms: number): void;
  /** As in `Gate`. */
  waited(ms: number): Observable<void>;
}

/** Milliseconds between two looks at whether a run that is busy waits again. */
const leastTimer = 10;
/** Longer timers fire at once. */
const mostTimer = 2 ** 31 - 1;

export function createRunClock(): RunClock {
  const doing: Doing = { pulling: 0, pacing: 0, holds: 0 };
  let [waitMs, computeMs, sinkMs] = [0, 0, 0];
  let [isWaiting, isHeld] = [false, false];
  let since = performance.now();

  function look(): void {
    const now = performance.now();
    if (isWaiting) waitMs += now - since;
    if (isHeld) sinkMs += now - since;
    since = now;
  }

  const waitedMs = () => {
    look();
    return waitMs;
  };

  return {
    doing,
    change(what, by) {
      look();
      doing[what] += by;
      isHeld = doing.holds > 0;
      isWaiting = doing.pulling > 0 && doing.pacing === 0 && !isHeld;
    },
    worked(ms) {
      computeMs += ms;
    },
    waited: (ms) =>
      defer(() => {
        const due = waitedMs() + ms;
        const left = () => due - waitedMs();
        return defer(() => timer(Math.min(mostTimer, Math.max(leastTimer, left())))).pipe(
          repeat(),
          first(() => isWaiting && left() <= 0),
          map(() => undefined),
        );
      }),
    get waitMs() {
      return waitedMs();
    },
    get computeMs() {
      return computeMs;
    },
    get sinkMs() {
      look();
      return sinkMs;
    },
  };
}
