import { Observable } from 'rxjs';
import { aFunction, integer, number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Batch, OpenOptions, Source } from '../source/types.ts';
import { readAhead } from './readAhead.ts';
import { createRunClock } from './runClock.ts';
import { createStallTimer } from './stallTimer.ts';
import type { Spending } from './types.ts';

/** The options of `createGate`. */
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
  /**
   * Is told what sources have to say: see `OpenOptions`.
   * @default a warning of the process
   */
  readonly tell?: OpenOptions['tell'];
}

/** The options of `gate.open`. */
export interface GateOpenOptions extends Omit<OpenOptions, 'signal'> {
  /**
   * Gives the memory of a record batch back when it has been processed, where its source can: for operators that hold on to none. A collection would
   * let tens of megabytes wait.
   * @default false
   */
  readonly release?: boolean;
}

/**
 * Where pull meets push. Sources are pulled, operators are pushed; the gate opens only when all that was pushed before has
 * been processed and all sinks that asked to be waited for are done. One gate serves one run.
 */
export interface Gate extends Spending {
  /** The record batches of a source. Nothing is opened before the subscription; unsubscribing aborts the reading. */
  open(source: Source, options?: GateOpenOptions): Observable<Batch>;
  /** What an iterable gives, one at a time: the next is asked for when the one before has been processed. Unsubscribing aborts. */
  draw<T>(open: (signal: AbortSignal) => AsyncIterable<T>): Observable<T>;
  /** The items one by one, in slices between which timers run. `open` emits nothing new until they are processed. */
  pace<T>(items: Iterable<T>): Observable<T>;
  /**
   * Emits once, while the run waits for data and has nothing else to do, as soon as it has so waited for `ms` in all since the subscription: the
   * time in which rows are worked on does not count.
   */
  waited(ms: number): Observable<void>;
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
export function createGate(options: GateOptions = {}): Gate {
  checkOptions<GateOptions>('createGate', options, {
    ahead: integer({ least: 1 }),
    sliceMs: number({ least: 0 }),
    tell: aFunction(),
  });
  const { ahead = 4, sliceMs = 8, tell = (line) => process.emitWarning(line) } = options;

  const clock = createRunClock();
  const { doing } = clock;
  let inFlight = 0;
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
          clock.worked(performance.now() - begin);
          await until(() => subscriber.closed || ready());
          workedOff?.(result.value);
        }
      };
      run().catch((error) => subscriber.error(error));
    });
  }

  /** Reads when all that was pushed before has been processed, and `most` items in advance. */
  function read<T>(
    open: (signal: AbortSignal) => AsyncIterable<T>,
    most: number,
    count: (change: number) => void,
    { workedOff, stalled }: { workedOff?(item: T): void; stalled?(seconds: number): void } = {},
  ): Observable<T> {
    return push(
      (signal) => {
        const reading = readAhead(open(signal), most, count);
        const stall = stalled && createStallTimer(stalled);
        let isAsked = false;
        const answered = () => {
          stall?.end();
          if (isAsked) clock.change('pulling', -1);
          isAsked = false;
        };
        const pull = async () => {
          isAsked = true;
          clock.change('pulling', 1);
          stall?.begin();
          const result = await reading.next();
          answered();
          return result;
        };
        const end = () => {
          // One that stalls may never answer.
          answered();
          reading.end();
        };
        return { pull, end };
      },
      () => doing.holds === 0 && doing.pacing === 0,
      workedOff,
    );
  }

  return {
    open: (source, { release = false, ...options } = {}) =>
      read(
        (signal) => source.open({ tell, ...options, signal }),
        ahead,
        (change) => {
          inFlight += change;
        },
        {
          ...(release && { workedOff: (batch) => batch.release?.() }),
          stalled: (seconds) => tell(`${source.name}: waits for rows; none have come for ${seconds} s`, 'info'),
        },
      ),
    draw: (open) => read(open, 1, () => {}),
    pace: (items) =>
      push(
        () => {
          const iterator = items[Symbol.iterator]();
          clock.change('pacing', 1);
          return {
            pull: () => iterator.next(),
            end: () => {
              clock.change('pacing', -1);
              iterator.return?.();
            },
          };
        },
        () => doing.holds === 0,
      ),
    waited: clock.waited,
    hold(promise) {
      clock.change('holds', 1);
      const release = () => {
        clock.change('holds', -1);
        changed();
      };
      promise.then(release, release);
    },
    get inFlight() {
      return inFlight;
    },
    get waitMs() {
      return clock.waitMs;
    },
    get computeMs() {
      return clock.computeMs;
    },
    get sinkMs() {
      return clock.sinkMs;
    },
  };
}
