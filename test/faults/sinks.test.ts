import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import {
  checkpoint,
  type Outcome,
  type Pipeline,
  type Sink,
  SinkError,
  type TrainingEvent,
  train,
} from '../../src/index.ts';
import { bytesInUse } from '../flow/collectGarbage.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';

/** What a sink does with an event, and what became of it. */
function sinkOf(onError: Sink['onError'], write: (event: TrainingEvent) => void | Promise<void>) {
  const closed: Outcome[] = [];
  const sink: Sink = {
    name: 'faulty',
    onError,
    open: () => ({
      write,
      close(outcome) {
        closed.push(outcome);
      },
    }),
  };
  return { sink, closed };
}

const withSinks = (...sinks: Sink[]): Pipeline => ({ ...small, sinks });
const failure = new Error('the disk of the sink is gone');

const ways: Readonly<Record<string, () => void | Promise<void>>> = {
  throws() {
    throw failure;
  },
  rejects: async () => {
    throw failure;
  },
};

for (const [title, fail] of Object.entries(ways)) {
  test(`a sink that ${title} stops the run with its own error`, async (t) => {
    let last = 0;
    const { sink, closed } = sinkOf('stop', (event) => {
      last = event.step;
      return event.kind === 'step' && event.step === 3 ? fail() : undefined;
    });
    const other = sinkOf('stop', () => {});
    const error = await t.throwsAsync(train(withSinks(sink, other.sink), { directory: await temporaryFolder(t) }));
    t.is(error, failure);
    t.is(last, 3, 'it gets nothing more');
    t.deepEqual(closed, [{ kind: 'failed', error: failure }]);
    t.deepEqual(other.closed, [{ kind: 'failed', error: failure }]);
  });

  test(`a sink that ${title} and may is left out, and the log says so once`, async (t) => {
    const whole = await train(withSinks(), { directory: await temporaryFolder(t) });
    let events = 0;
    const { sink, closed } = sinkOf('log', (event) => {
      events++;
      return event.kind === 'step' && event.step === 3 ? fail() : undefined;
    });
    const seen: number[] = [];
    const other = sinkOf('stop', ({ kind, step }) => {
      if (kind === 'step') seen.push(step);
    });
    const lines: string[] = [];
    const summary = await train(withSinks(sink, other.sink), {
      directory: await temporaryFolder(t),
      log: (level, message) => {
        if (level === 'error') lines.push(message);
      },
    });
    t.deepEqual(lines, [`sink faulty has failed and gets no more events: ${failure.message}`]);
    t.is(events, 3);
    t.is(closed.length, 1);
    t.deepEqual(
      seen,
      Array.from({ length: whole.steps }, (_, i) => i + 1),
      'the other one gets all',
    );
    t.is(summary.parametersSha256, whole.parametersSha256);
  });
}

test('a sink that does not drain holds the run where it is, in bounded memory, until it does', async (t) => {
  const whole = await train(withSinks(), { directory: await temporaryFolder(t) });
  let drain = () => {};
  let steps = 0;
  let stuck = () => {};
  const begun = new Promise<void>((resolve) => {
    stuck = resolve;
  });
  const { sink, closed } = sinkOf('stop', ({ kind, step }) => {
    if (kind !== 'step') return undefined;
    steps++;
    if (step !== 5) return undefined;
    stuck();
    return new Promise<void>((resolve) => {
      drain = resolve;
    });
  });
  const running = train(withSinks(sink), { directory: await temporaryFolder(t) });
  await begun;
  const before = await bytesInUse();
  for (let turn = 0; turn < 2000; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
  t.is(steps, 5, 'no further step was made');
  const grown = ((await bytesInUse()) - before) / 1e6;
  t.true(grown < 5, `${grown} MB`);
  t.deepEqual(closed, []);
  drain();
  const summary = await running;
  t.is(summary.parametersSha256, whole.parametersSha256);
  t.deepEqual([steps, closed], [whole.steps, [{ kind: 'completed' }]]);
});

test('a sink that is 1,000 times slower than a step gets every step in order, one at a time', async (t) => {
  const short: Pipeline = { ...small, batch: 64, epochs: 2, shuffle: false, sinks: [] };
  const whole = await train(short, { directory: await temporaryFolder(t) });
  const slowMs = Math.min(500, (1000 * 1000 * whole.phases.train) / whole.steps);
  let writing = 0;
  const seen: number[] = [];
  const { sink } = sinkOf('stop', ({ kind, step }) => {
    if (kind !== 'step') return undefined;
    seen.push(step);
    t.is(++writing, 1, `step ${step} waits for the one before`);
    return wait(slowMs).then(() => {
      writing--;
    });
  });
  const summary = await train({ ...short, sinks: [sink] }, { directory: await temporaryFolder(t) });
  t.log(`${slowMs.toFixed(0)} ms for each of ${seen.length} steps`);
  t.deepEqual(
    seen,
    Array.from({ length: whole.steps }, (_, i) => i + 1),
  );
  t.is(writing, 0);
  t.is(summary.parametersSha256, whole.parametersSha256);
});

test('a sink that never drains, and may miss events, costs the run nothing but those, which are counted', async (t) => {
  const whole = await train(withSinks(), { directory: await temporaryFolder(t) });
  let events = 0;
  const counting = sinkOf('stop', () => {
    events++;
  });
  const { sink } = sinkOf('log', () => new Promise<never>(() => {}));
  const lines: string[] = [];
  const summary = await train(withSinks(counting.sink, { ...sink, whenBusy: 'drop', limitMs: 50 }), {
    directory: await temporaryFolder(t),
    log: (level, message) => {
      if (level !== 'info') lines.push(message);
    },
  });
  t.is(summary.parametersSha256, whole.parametersSha256);
  t.deepEqual(summary.dropped, { faulty: events - 1 });
  t.is(lines.at(-1), `sink faulty was too busy for ${events - 1} events, which it did not get`);
  t.regex(lines.at(-2) ?? '', /^sink faulty has failed .* expected an end of writing within 0\.05 seconds/);
});

test('a run that is interrupted while a sink does not drain ends with an error in the time that the sink has', async (t) => {
  const abort = new AbortController();
  const { sink } = sinkOf('stop', ({ kind, step }) => {
    if (kind !== 'step' || step !== 3) return undefined;
    abort.abort();
    return new Promise<never>(() => {});
  });
  const saved = await temporaryFolder(t);
  const pipeline: Pipeline = withSinks(checkpoint({ everySteps: 1 }), { ...sink, limitMs: 50 });
  await t.throwsAsync(train(pipeline, { directory: saved, signal: abort.signal }), {
    instanceOf: SinkError,
    message: /^sink faulty: expected an end of writing within 0\.05 seconds/,
  });
  // What was saved before is there.
  const whole = await train(withSinks(), { directory: await temporaryFolder(t) });
  const resumed = await train(withSinks(checkpoint()), { directory: saved, resume: true });
  t.is(resumed.parametersSha256, whole.parametersSha256);
});
