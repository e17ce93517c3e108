import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  type MonoTypeOperatorFunction,
  tap,
} from 'rxjs';
import type { Gate } from '../flow/gate.ts';
import { aFunction, listOf, made, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Outcome, Run, Sink } from '../sink/types.ts';
import type { TrainingEvent } from '../train/types.ts';
import { checkSink, sinkBound } from './checkSink.ts';
import { openSink, type SinkAtWork } from './openSink.ts';

/** The options of `createFanOut`. */
export interface FanOutOptions {
  /** Opened, written to and closed in this order. */
  readonly sinks: readonly Sink[];
  /** What the sinks may know of the run. */
  readonly run: Run;
  /** Gets every promise that a sink's `write` returns: the gate's `hold`. */
  readonly hold: Gate['hold'];
}

/** The sinks of one run. */
export interface FanOut {
  /**
   * Shows every event to every sink, then lets it through. The sinks are open before the source is subscribed to, and closed
   * before completion or an error goes on. To be subscribed to once.
   */
  readonly operator: MonoTypeOperatorFunction<TrainingEvent>;
  /**
   * Settled when all sinks are closed, also after an unsubscription, which waits for nobody; at once where nothing was
   * subscribed to. Rejected with the error that failed the run, be it of the stream or of a sink.
   */
  closed(): Promise<void>;
  /** Events that sinks did not get since they were busy, by the sink's name; those that have missed none are left out. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Makes the place where the stream meets the sinks.
 *
 * An error in a sink with `onError: 'stop'` fails the stream as the same object: at once, or for a rejected promise at the
 * next event or at completion. With `'log'` it is logged, and the run goes on without the sink.
 *
 * Every sink that was opened is closed once: with `completed` or `failed` as the stream ends, with `interrupted` on an
 * unsubscription. So what interrupts a run belongs downstream of the operator.
 *
 * Where a sink is slower than the run, the run waits, or the sink misses events: see `whenBusy` and `limitMs` of `Sink`.
 *
 * @throws OptionError where these are out of bounds
 * @example createFanOut({ sinks: [], run, hold: gate.hold }).operator
 */
export function createFanOut(options: FanOutOptions): FanOut {
  checkOptions<FanOutOptions>('createFanOut', options, {
    sinks: required(listOf('sinks', sinkBound)),
    run: required(made<Run>('a run', 'snapshot')),
    hold: required(aFunction("a function, as a gate's hold")),
  });
  const { sinks, run, hold } = options;
  sinks.forEach(checkSink);
  let closing: Promise<void> | undefined;
  let subscribed = false;
  let settled: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    settled = resolve;
  });

  const members: SinkAtWork[] = [];
  let opening: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  function refuse({ name, onError }: Sink, error: unknown): void {
    if (onError === 'stop' && !failure) failure = { error };
    else {
      const message = error instanceof Error ? error.message : String(error);
      run.log('error', `sink ${name} has failed and gets no more events: ${message}`);
    }
  }

  async function openAll(): Promise<void> {
    for (const sink of sinks) {
      if (closing) return;
      try {
        members.push(await openSink(sink, run, (error) => refuse(sink, error)));
      } catch (error) {
        refuse(sink, error);
        if (failure) throw failure.error;
      }
    }
  }

  function write(event: TrainingEvent): void {
    for (let i = 0; i < members.length; i++) {
      const writing = members[i].write(event);
      if (writing) hold(writing);
    }
    if (failure) throw failure.error;
  }

  async function closeAll(outcome: Outcome): Promise<void> {
    await opening.catch(() => {});
    await Promise.all(members.map((member) => member.finish()));
    if (outcome.kind === 'failed') failure ??= outcome;
    for (const member of members) await member.close(failure ? { kind: 'failed', error: failure.error } : outcome);
    if (failure) throw failure.error;
  }

  /** The first outcome is the one that counts. */
  function close(outcome: Outcome): Promise<void> {
    if (!closing) {
      closing = closeAll(outcome);
      closing.then(settled, settled);
    }
    return closing;
  }

  return {
    operator: (events$) =>
      concat(
        defer(() => {
          subscribed = true;
          opening = openAll();
          return opening;
        }).pipe(concatMap(() => events$)),
        defer(() => close({ kind: 'completed' })).pipe(ignoreElements()),
      ).pipe(
        tap(write),
        catchError((error) => from(close({ kind: 'failed', error })).pipe(ignoreElements())),
        finalize(() => close({ kind: 'interrupted' })),
      ),
    async closed() {
      if (!subscribed) return;
      await ended;
      await closing;
    },
    get dropped() {
      return Object.fromEntries(
        members.flatMap(({ sink, dropped }) => (dropped > 0 ? [[sink.name, dropped] as const] : [])),
      );
    },
  };
}
