import { SinkError } from '../errors.ts';
import type { Outcome, Run, Sink } from '../sink/types.ts';
import type { TrainingEvent } from '../train/types.ts';

/** A sink at work. */
export interface SinkAtWork {
  readonly sink: Sink;
  /** Events that it did not get since it was busy. */
  readonly dropped: number;
  /** Gives it an event, unless it has failed; what the run must wait for. */
  write(event: TrainingEvent): Promise<void> | undefined;
  /** Settled when all that it was given is written, or the time for that is over. */
  finish(): Promise<void>;
  /** Closes it, whether it has failed or not. */
  close(outcome: Outcome): Promise<void>;
}

const defaultMs = 30_000;

/**
 * Opens a sink.
 *
 * @param failed is called with its first error
 * @throws SinkError where opening takes too long, and whatever it throws itself
 */
export async function openSink(sink: Sink, run: Run, failed: (error: unknown) => void): Promise<SinkAtWork> {
  const { name, whenBusy = 'wait', limitMs = defaultMs } = sink;

  /** What a promise gives, if it does in time. */
  async function inTime<T>(what: string, promise: T | PromiseLike<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const expected = `${what} within ${limitMs / 1000} seconds`;
        const hint = 'Raise its limitMs, or mend it';
        reject(new SinkError({ where: `sink ${name}`, expected, received: 'none', hint }));
      }, limitMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  const opening = Promise.resolve(sink.open(run));
  const writer = await inTime('an end of opening', opening).catch((error) => {
    // One that opens all the same is not left open.
    if (error instanceof SinkError) opening.then((late) => late.close({ kind: 'failed', error })).catch(() => {});
    throw error;
  });
  let hasFailed = false;
  let dropped = 0;
  let busy = 0;
  let written: Promise<unknown> = Promise.resolve();
  /** Says now and then that the run waits; and keeps the process up, which may have nothing else to do. */
  let reminder: NodeJS.Timeout | undefined;

  function fail(error: unknown): void {
    if (hasFailed) return;
    hasFailed = true;
    failed(error);
  }

  function remind(): void {
    const what = whenBusy === 'drop' ? 'events are dropped meanwhile' : 'the run waits for it';
    run.log('warn', `sink ${name} has been at one event for ${limitMs / 1000} seconds: ${what}`);
  }

  async function settled(writing: Promise<void>): Promise<void> {
    if (busy++ === 0) reminder = setInterval(remind, limitMs);
    await writing.catch(fail);
    if (--busy === 0) clearInterval(reminder);
  }

  return {
    sink,
    get dropped() {
      return dropped;
    },
    write(event) {
      if (hasFailed) return undefined;
      if (whenBusy === 'drop' && busy > 0) {
        dropped++;
        return undefined;
      }
      try {
        const writing = writer.write(event);
        if (!writing) return undefined;
        const done = settled(writing);
        written = Promise.all([written, done]);
        return whenBusy === 'drop' ? undefined : done;
      } catch (error) {
        fail(error);
        return undefined;
      }
    },
    async finish() {
      await inTime('an end of writing', written).catch(fail);
      clearInterval(reminder);
      if (dropped > 0) run.log('warn', `sink ${name} was too busy for ${dropped} events, which it did not get`);
    },
    close: (outcome) => inTime('an end of closing', (async () => writer.close(outcome))()).catch(fail),
  };
}
