import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestFn } from 'ava';
import { concatWith, from, lastValueFrom, NEVER, type Observable, of, take, throwError, toArray } from 'rxjs';
import { createFanOut } from '../../src/flow/fanOut.ts';
import type { Finding, Outcome, Report, Run, Sink, Step, TrainingEvent, Validation } from '../../src/types.ts';

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

const numbers = new Float32Array([0.5, -1]);

/** A step of two rows with the number `step`. */
export function stepEvent(step: number): Step {
  return {
    kind: 'step',
    epoch: 0,
    n: 2,
    x: numbers,
    codes: [],
    y: numbers,
    position: { epoch: 0, window: 0, cursor: null, skip: 0, offset: 2 * step },
    output: numbers,
    outputs: 1,
    loss: 1 / step,
    dOutput: numbers,
    gradient: numbers,
    gradientNorm: 1.5,
    gradientRows: 2,
    step,
    rows: 2 * step,
    learningRate: 0.001,
  };
}

/** A report after the step with the number `step`. */
export function reportEvent(step: number): Report {
  return {
    kind: 'report',
    step,
    epoch: 0,
    rows: 2 * step,
    loss: 1 / step,
    rowsPerSecond: 1000,
    learningRate: 0.001,
    gradientNorm: 1.5,
    inFlight: 1,
    waitMs: 0.25,
    computeMs: 1.5,
    sinkMs: 0.25,
    bottleneck: 'training',
    memoryBytes: 5e9,
    missing: 3,
    unseen: 4,
    badRows: 5,
  };
}

/** A validation after the step with the number `step`. */
export function validationEvent(step: number): Validation {
  const metrics = { auc: 0.75, logLoss: 0.5 };
  return { kind: 'validation', step, epoch: 0, rows: 10, metrics, baseline: { auc: 0.5, logLoss: 0.625 } };
}

/** A finding at the step with the number `step`. */
export function findingEvent(step: number): Finding {
  return {
    kind: 'finding',
    step,
    epoch: 0,
    illness: 'deadUnits',
    layer: '2.relu',
    measured: 0.75,
    expected: 'at most 0.4',
    message: '2.relu: 3 of 4 units are dead',
    advice: 'Lower the learning rate',
  };
}

/** Two steps with a report each, a finding before the second, then a validation. */
export function someEvents(): TrainingEvent[] {
  return [stepEvent(1), reportEvent(1), findingEvent(2), stepEvent(2), reportEvent(2), validationEvent(2)];
}

/** A run in a folder that is removed after the test, with the lines that it was told to log. */
export async function makeRun(
  t: { teardown(end: () => Promise<void>): void },
  changes: Partial<Run> = {},
): Promise<Run & { readonly logged: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-sink-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { recursive: true });
  const logged: string[] = [];
  return {
    name: 'test',
    directory,
    engine: 'reference',
    totalRows: 4,
    resumedAt: undefined,
    snapshot: () => ({ tensors: { w: { shape: [2], data: new Float32Array([1, 2]) } }, state: { rows: 4 } }),
    log: (level, message) => logged.push(`${level}: ${message}`),
    logged,
    ...changes,
  };
}

/**
 * The laws of a sink: it takes all events in order and is closed once, on completion, on an error and when it is unsubscribed;
 * and what it was given has then been written.
 *
 * @example sinkLaws(test, 'ndjson', { make: () => ndjson(), written: readSteps, expected: stepsOf })
 */
export function sinkLaws(test: TestFn, name: string, { make, written, expected }: SinkUnderTest): void {
  const failure = new Error('from the stream');
  const ends: Record<Outcome['kind'], (events$: Observable<TrainingEvent>) => Observable<TrainingEvent>> = {
    completed: (events$) => events$,
    failed: (events$) => events$.pipe(concatWith(throwError(() => failure))),
    interrupted: (events$) => events$.pipe(concatWith(NEVER)),
  };

  for (const outcome of ['completed', 'failed', 'interrupted'] as const) {
    test(`${name}: has written all events in order when it is closed, ${outcome}`, async (t) => {
      const run = await makeRun(t);
      const events = someEvents();
      const closes: Outcome[] = [];
      const fanOut = createFanOut({ sinks: [watchCloses(make(), closes)], run, hold: () => {} });
      const out$ = ends[outcome](from(events)).pipe(fanOut.operator);
      if (outcome === 'failed') t.is(await t.throwsAsync(lastValueFrom(out$)), failure);
      else {
        const seen = await lastValueFrom(
          out$.pipe(take(outcome === 'interrupted' ? events.length : Infinity), toArray()),
        );
        t.deepEqual(seen, events);
        await fanOut.closed();
      }
      t.deepEqual(
        closes.map(({ kind }) => kind),
        [outcome],
      );
      t.deepEqual(await written(run.directory, outcome), expected(events, outcome));
      t.deepEqual(run.logged, []);
    });
  }

  test(`${name}: takes a run without any event`, async (t) => {
    const run = await makeRun(t);
    const fanOut = createFanOut({ sinks: [make()], run, hold: () => {} });
    t.deepEqual(await lastValueFrom(of<TrainingEvent>().pipe(fanOut.operator, toArray())), []);
    t.deepEqual(run.logged, []);
  });

  test(`${name}: leaves the events as they were`, async (t) => {
    const run = await makeRun(t);
    const events = someEvents();
    const fanOut = createFanOut({ sinks: [make()], run, hold: () => {} });
    await lastValueFrom(from(events).pipe(fanOut.operator));
    t.deepEqual(events, someEvents());
  });
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
