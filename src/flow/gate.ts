import { Observable } from 'rxjs';
import { OptionError } from '../errors.ts';
import type { Batch, OpenOptions, Source, Spending } from '../types.ts';
import { readAhead } from './readAhead.ts';

export interface GateOptions {
  /**
   * The most record batches that may be pulled from a source and not yet be consumed; an integer, at least 1.
   * @default 4
   */
  readonly ahead?: number;
  /**
   * Milliseconds of work after which timers and other input get their turn; at least 0.
   * @default 8
   */
  readonly sliceMs?: number;
}

export interface GateOpenOptions extends Omit<OpenOptions, 'signal'> {
  /**
   * Gives the memory of a record batch back when it has been worked off, where its source can: for operators that hold on to none. A collection would
   * let tens of megabytes wait.
   * @default false
   */
  readonly release?: boolean;
}

/**
 * Where pull meets push. Sources are pulled, operators are pushed; the gate opens only when all that was pushed before has
 * been worked off and all sinks that asked to be waited for are done. One gate serves one run.
 */
export interface Gate extends Spending {
  /** The record batches of a source. Nothing is opened before the subscription; unsubscribing aborts the reading. */
  open(source: Source, options?: GateOpenOptions): Observable<Batch>;
  /** What an iterable gives, one at a time: the next is asked for when the one before has been worked off. Unsubscribing aborts. */
  draw<T>(open: (signal: AbortSignal) => AsyncIterable<T>): Observable<T>;
  /** The items one by one, in slices between which timers run. `open` emits nothing new until they are worked off. */
  pace<T>(items: Iterable<T>): Observable<T>;
  /** Keeps the gate shut until the promise is settled, either way. */
  hold(promise: PromiseLike<unknown>): void;
  /** Record batches pulled and not yet consumed: `ahead` at the most. */
  readonly inFlight: number;
}

/** What is pushed next: an item, now or later. */
type Pull<T> = () => IteratorResult<T> | Promise<IteratorResult<T>>;

/**
 * Makes the gate of a run.
 *
 * @throws OptionError where `ahead` is not an integer of at least 1, or `sliceMs` is negative
 * @example createGate({ ahead: 2 }).inFlight //=> 0
 */
export function createGate({ ahead = 4, sliceMs = 8 }: GateOptions = {}): Gate {
  if (!Number.isInteger(ahead) || ahead < 1) {
    throw new OptionError({ where: 'createGate: ahead', expected: 'an integer of at least 1', received: `${ahead}` });
  }
  if (!(sliceMs >= 0)) {
    throw new OptionError({ where: 'createGate: sliceMs', expected: 'a number of at least 0', received: `${sliceMs}` });
  }

  let holds = 0;
  let pacing = 0;
  let inFlight = 0;
  let [waitMs, computeMs, sinkMs] = [0, 0, 0];
  let heldSince = 0;
  let sliceEnd = performance.now() + sliceMs;
  let wake: (() => void)[] = [];

  function changed(): void {
    const waiting = wake;
    wake = [];
    for (const resume of waiting) resume();
  }

  async function until(ready: () => boolean): Promise<void> {
    while (!ready()) await new Promise<void>((resume) => wake.push(resume));
    if (performance.now() >= sliceEnd) {
      await new Promise<void>((resume) => setImmediate(resume));
      sliceEnd = performance.now() + sliceMs;
    }
  }

  /** The only hand-written observable: pushes one item at a time, each when `ready`. */
  function push<T>(
    start: (signal: AbortSignal) => { pull: Pull<T>; end(): void },
    ready: () => boolean,
    workedOff?: (item: T) => void,
  ): Observable<T> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const { pull, end } = start(abort.signal);
      subscriber.add(() => {
        abort.abort();
        end();
        changed();
      });
      const run = async () => {
        while (!subscriber.closed) {
          const result = await pull();
          await until(() => subscriber.closed || ready());
          if (result.done) return subscriber.complete();
          const begin = performance.now();
          subscriber.next(result.value);
          computeMs += performance.now() - begin;
          await until(() => subscriber.closed || ready());
          workedOff?.(result.value);
        }
      };
      run().catch((error) => subscriber.error(error));
    });
  }

  /** Reads when all that was pushed before has been worked off, and `most` items in advance. */
  function read<T>(
    open: (signal: AbortSignal) => AsyncIterable<T>,
    most: number,
    count: (change: number) => void,
    workedOff?: (item: T) => void,
  ): Observable<T> {
    return push(
      (signal) => {
        const reading = readAhead(open(signal), most, count);
        const pull = async () => {
          const begin = performance.now();
          const result = await reading.next();
          waitMs += performance.now() - begin;
          return result;
        };
        return { pull, end: reading.end };
      },
      () => holds === 0 && pacing === 0,
      workedOff,
    );
  }

  return {
    open: (source, { release = false, ...options } = {}) =>
      read(
        (signal) => source.open({ ...options, signal }),
        ahead,
        (change) => {
          inFlight += change;
        },
        release ? (batch) => batch.release?.() : undefined,
      ),
    draw: (open) => read(open, 1, () => {}),
    pace: (items) =>
      push(
        () => {
          const iterator = items[Symbol.iterator]();
          pacing++;
          return {
            pull: () => iterator.next(),
            end: () => {
              pacing--;
              iterator.return?.();
            },
          };
        },
        () => holds === 0,
      ),
    hold(promise) {
      if (holds++ === 0) heldSince = performance.now();
      const release = () => {
        if (--holds === 0) sinkMs += performance.now() - heldSince;
        changed();
      };
      promise.then(release, release);
    },
    get inFlight() {
      return inFlight;
    },
    get waitMs() {
      return waitMs;
    },
    get computeMs() {
      return computeMs;
    },
    get sinkMs() {
      return holds === 0 ? sinkMs : sinkMs + performance.now() - heldSince;
    },
  };
}
