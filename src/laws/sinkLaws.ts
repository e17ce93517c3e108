import { rejects, deepStrictEqual as same } from 'node:assert/strict';
import { concatWith, from, lastValueFrom, NEVER, type Observable, of, take, throwError, toArray } from 'rxjs';
import { createFanOut } from '../sink/fanOut.ts';
import type { Outcome, Sink } from '../sink/types.ts';
import type { TrainingEvent } from '../train/types.ts';
import { type Law, statedLaws } from './law.ts';
import { someEvents } from './madeEvents.ts';
import { makeRun } from './madeRun.ts';

export interface SinkUnderTest {
  /** Makes the sink. */
  readonly make: () => Sink;
  /**
   * What of the events is to be found once the sink is closed, read back from where it has written; the step numbers, say. Given
   * the run's folder, the kind of the end and the events.
   */
  readonly written: (directory: string, outcome: Outcome['kind']) => Promise<unknown>;
  /** What should be found. */
  readonly expected: (events: readonly TrainingEvent[], outcome: Outcome['kind']) => unknown;
}

/**
 * The laws of a sink: it takes all events in order and is closed once, on completion, on an error and when it is unsubscribed;
 * and what it was given has then been written.
 *
 * @example sinkLaws('ndjsonMetrics', { make: () => ndjsonMetrics(), written: readSteps, expected: stepsOf })
 */
export function sinkLaws(name: string, { make, written, expected }: SinkUnderTest): Law[] {
  const { laws, law } = statedLaws();
  const failure = new Error('from the stream');
  const ends: Record<Outcome['kind'], (events$: Observable<TrainingEvent>) => Observable<TrainingEvent>> = {
    completed: (events$) => events$,
    failed: (events$) => events$.pipe(concatWith(throwError(() => failure))),
    interrupted: (events$) => events$.pipe(concatWith(NEVER)),
  };

  for (const outcome of ['completed', 'failed', 'interrupted'] as const) {
    law(
      `${name}: has written all events in order when it is closed, ${outcome}`,
      inRun(async (run) => {
        const events = someEvents();
        const closes: Outcome[] = [];
        const fanOut = createFanOut({ sinks: [watchCloses(make(), closes)], run, hold: () => {} });
        const out$ = ends[outcome](from(events)).pipe(fanOut.operator);
        if (outcome === 'failed') await rejects(lastValueFrom(out$), (error) => error === failure);
        else {
          const seen = await lastValueFrom(
            out$.pipe(take(outcome === 'interrupted' ? events.length : Infinity), toArray()),
          );
          same(seen, events);
          await fanOut.closed();
        }
        same(
          closes.map(({ kind }) => kind),
          [outcome],
        );
        same(await written(run.directory, outcome), expected(events, outcome));
        same(run.logged, []);
      }),
    );
  }

  law(
    `${name}: takes a run without any event`,
    inRun(async (run) => {
      const fanOut = createFanOut({ sinks: [make()], run, hold: () => {} });
      same(await lastValueFrom(of<TrainingEvent>().pipe(fanOut.operator, toArray())), []);
      same(run.logged, []);
    }),
  );

  law(
    `${name}: leaves the events as they were`,
    inRun(async (run) => {
      const events = someEvents();
      const fanOut = createFanOut({ sinks: [make()], run, hold: () => {} });
      await lastValueFrom(from(events).pipe(fanOut.operator));
      same(events, someEvents());
    }),
  );
  return laws;
}

function watchCloses(sink: Sink, closes: Outcome[]): Sink {
  return {
    ...sink,
    async open(run) {
      const writer = await sink.open(run);
      return {
        write: (event) => writer.write(event),
        close(outcome) {
          closes.push(outcome);
          return writer.close(outcome);
        },
      };
    },
  };
}

/** Does something in a run whose folder is removed afterwards. */
function inRun(work: (run: Awaited<ReturnType<typeof makeRun>>) => Promise<void>): () => Promise<void> {
  return async () => {
    const ends: (() => Promise<void>)[] = [];
    const run = await makeRun({ teardown: (end) => ends.push(end) });
    try {
      await work(run);
    } finally {
      for (const end of ends) await end();
    }
  };
}
