import test from 'ava';
import { concatWith, from, lastValueFrom, NEVER, Subject, take, throwError, toArray } from 'rxjs';
import { SinkError } from '../../src/errors.ts';
import { someEvents, stepEvent } from '../../src/laws/madeEvents.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import type { Run, Sink, SinkWriter } from '../../src/sink/types.ts';
import type { TrainingEvent } from '../../src/train/types.ts';

/** A run that keeps what it is told to log. */
function bareRun(): Run & { readonly logged: string[] } {
  const logged: string[] = [];
  return {
    name: 'test',
    directory: '.',
    engine: 'reference',
    epochs: 1,
    totalRows: undefined,
    metric: 'auc',
    resumedAt: undefined,
    snapshot: () => ({ tensors: {}, state: {} }),
    log: (level, message) => logged.push(`${level}: ${message}`),
    logged,
  };
}

/** A sink that notes in a list, shared with others, what happens to it. */
function noting(
  name: string,
  list: string[],
  changes: Partial<SinkWriter> = {},
  onError: Sink['onError'] = 'stop',
): Sink {
  return {
    name,
    onError,
    open() {
      list.push(`${name} open`);
      return {
        write(event) {
          list.push(`${name} ${event.kind} ${event.step}`);
          return changes.write?.(event);
        },
        close(outcome) {
          list.push(`${name} ${outcome.kind}`);
          return changes.close?.(outcome);
        },
      };
    },
  };
}

const hold = () => {};
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

test('shows every event to every sink in order, once', async (t) => {
  const list: string[] = [];
  const run = bareRun();
  const { operator } = createFanOut({ sinks: [noting('a', list), noting('b', list)], run, hold });
  const events = someEvents().slice(0, 2);
  t.deepEqual(await lastValueFrom(from(events).pipe(operator, toArray())), events);
  t.deepEqual(list, [
    'a open',
    'b open',
    'a report 1',
    'b report 1',
    'a step 1',
    'b step 1',
    'a completed',
    'b completed',
  ]);
});

test('subscribes to the source when all sinks are open', async (t) => {
  const events$ = new Subject<TrainingEvent>();
  let open: () => void = () => {};
  const slow: Sink = {
    name: 'slow',
    onError: 'log',
    open: () =>
      new Promise((resolve) => {
        open = () => resolve({ write() {}, close() {} });
      }),
  };
  const { operator, closed } = createFanOut({ sinks: [slow], run: bareRun(), hold });
  const subscription = events$.pipe(operator).subscribe();
  await tick();
  t.false(events$.observed);
  open();
  await tick();
  t.true(events$.observed);
  subscription.unsubscribe();
  await closed();
});

test('completes when all sinks are closed', async (t) => {
  const list: string[] = [];
  const late = noting('late', list, {
    async close() {
      await tick();
      list.push('late is closed');
    },
  });
  const { operator, closed } = createFanOut({ sinks: [late], run: bareRun(), hold });
  await lastValueFrom(from([stepEvent(1)]).pipe(operator));
  t.is(list.at(-1), 'late is closed');
  await closed();
});

test('closes with the error before it passes the same object on', async (t) => {
  const failure = new Error('cut');
  const list: string[] = [];
  const { operator } = createFanOut({ sinks: [noting('a', list)], run: bareRun(), hold });
  const error = await t.throwsAsync(
    lastValueFrom(from([stepEvent(1)]).pipe(concatWith(throwError(() => failure)), operator)),
  );
  t.is(error, failure);
  t.deepEqual(list, ['a open', 'a step 1', 'a failed']);
});

test('closes with interrupted when it is unsubscribed', async (t) => {
  const list: string[] = [];
  const { operator, closed } = createFanOut({ sinks: [noting('a', list)], run: bareRun(), hold });
  await lastValueFrom(from(someEvents()).pipe(concatWith(NEVER), operator, take(2)));
  await closed();
  t.deepEqual(list, ['a open', 'a report 1', 'a step 1', 'a interrupted']);
});

test('opens no further sink, and closes those that are open, when it is unsubscribed while opening', async (t) => {
  const list: string[] = [];
  const { operator, closed } = createFanOut({ sinks: [noting('a', list), noting('b', list)], run: bareRun(), hold });
  from(someEvents()).pipe(operator).subscribe().unsubscribe();
  await closed();
  t.deepEqual(list, ['a open', 'a interrupted']);
});

test('holds the gate for what a sink promises', async (t) => {
  const held: unknown[] = [];
  const slow = noting('slow', [], { write: () => tick() });
  const { operator } = createFanOut({ sinks: [slow], run: bareRun(), hold: (promise) => held.push(promise) });
  await lastValueFrom(from(someEvents()).pipe(operator));
  t.is(held.length, someEvents().length);
});

test('closes a sink when all that it has promised is settled', async (t) => {
  const list: string[] = [];
  const slow = noting('slow', list, {
    async write() {
      await tick();
      list.push('slow is done');
    },
  });
  const { operator } = createFanOut({ sinks: [slow], run: bareRun(), hold });
  await lastValueFrom(from([stepEvent(1)]).pipe(operator));
  t.deepEqual(list, ['slow open', 'slow step 1', 'slow is done', 'slow completed']);
});

for (const kind of ['throws', 'rejects'] as const) {
  const failure = new Error('disk full');
  const write = () => {
    if (kind === 'throws') throw failure;
    return Promise.reject(failure);
  };

  test(`fails with the same error where a sink that stops the run ${kind}, after every sink has seen the event`, async (t) => {
    const list: string[] = [];
    const sinks = [noting('a', list, { write }), noting('b', list)];
    const { operator, closed } = createFanOut({ sinks, run: bareRun(), hold });
    t.is(await t.throwsAsync(lastValueFrom(from([stepEvent(1)]).pipe(operator))), failure);
    t.deepEqual(list, ['a open', 'b open', 'a step 1', 'b step 1', 'a failed', 'b failed']);
    t.is(await t.throwsAsync(closed()), failure);
  });

  test(`goes on without a sink of the other sort that ${kind}, and logs once`, async (t) => {
    const list: string[] = [];
    const run = bareRun();
    const sinks = [noting('a', list, { write }, 'log'), noting('b', list)];
    const { operator } = createFanOut({ sinks, run, hold });
    const events$ = new Subject<TrainingEvent>();
    const done = lastValueFrom(events$.pipe(operator));
    await tick();
    for (const step of [1, 2]) {
      events$.next(stepEvent(step));
      await tick();
    }
    events$.complete();
    await done;
    t.deepEqual(list.slice(2), ['a step 1', 'b step 1', 'b step 2', 'a completed', 'b completed']);
    t.deepEqual(run.logged, ['error: sink a has failed and gets no more events: disk full']);
  });
}

test('fails at the next event after a rejected promise', async (t) => {
  const failure = new Error('disk full');
  const failing = noting('a', [], { write: () => Promise.reject(failure) });
  const { operator } = createFanOut({ sinks: [failing], run: bareRun(), hold });
  const events$ = new Subject<TrainingEvent>();
  const seen: number[] = [];
  const done = new Promise((resolve) =>
    events$.pipe(operator).subscribe({ next: ({ step }) => seen.push(step), error: resolve }),
  );
  await tick();
  events$.next(stepEvent(1));
  await tick();
  events$.next(stepEvent(2));
  t.is(await done, failure);
  t.deepEqual(seen, [1]);
  t.false(events$.observed);
});

test('handles an error in opening by the policy of the sink', async (t) => {
  const failure = new Error('no such folder');
  const broken = (onError: Sink['onError']): Sink => ({
    name: 'broken',
    onError,
    open: () => Promise.reject(failure),
  });
  const run = bareRun();
  const list: string[] = [];
  const tolerant = createFanOut({ sinks: [broken('log'), noting('b', list)], run, hold });
  await lastValueFrom(from([stepEvent(1)]).pipe(tolerant.operator));
  t.deepEqual(list, ['b open', 'b step 1', 'b completed']);
  t.is(run.logged.length, 1);

  const strict = createFanOut({ sinks: [noting('a', list), broken('stop'), noting('c', list)], run, hold });
  t.is(await t.throwsAsync(lastValueFrom(from([stepEvent(1)]).pipe(strict.operator))), failure);
  t.deepEqual(list.slice(3), ['a open', 'a failed']);
});

test('handles an error in closing by the policy of the sink', async (t) => {
  const failure = new Error('disk full');
  const list: string[] = [];
  const run = bareRun();
  const close = () => Promise.reject(failure);
  const tolerant = createFanOut({ sinks: [noting('a', list, { close }, 'log')], run, hold });
  await lastValueFrom(from([stepEvent(1)]).pipe(tolerant.operator));
  t.is(run.logged.length, 1);

  const strict = createFanOut({ sinks: [noting('a', list, { close }), noting('b', list)], run, hold });
  t.is(await t.throwsAsync(lastValueFrom(from([stepEvent(1)]).pipe(strict.operator))), failure);
  t.deepEqual(list.slice(-2), ['a completed', 'b failed']);

  const interrupted = createFanOut({ sinks: [noting('a', list, { close })], run, hold });
  await lastValueFrom(from([stepEvent(1)]).pipe(concatWith(NEVER), interrupted.operator, take(1)));
  t.is(await t.throwsAsync(interrupted.closed()), failure);
});

test('does not give a sink what comes while it is busy, where it may be dropped, and counts it', async (t) => {
  const list: string[] = [];
  const held: unknown[] = [];
  const run = bareRun();
  let settle = () => {};
  const writing = () => new Promise<void>((resolve) => (settle = resolve));
  const lossy: Sink = { ...noting('lossy', list, { write: writing }, 'log'), whenBusy: 'drop' };
  const fanOut = createFanOut({ sinks: [lossy, noting('all', [])], run, hold: (promise) => held.push(promise) });
  const events$ = new Subject<TrainingEvent>();
  const done = lastValueFrom(events$.pipe(fanOut.operator));
  await tick();
  for (let step = 1; step <= 10; step++) {
    events$.next(stepEvent(step));
    if (step % 4 !== 0) continue;
    settle();
    await tick();
  }
  settle();
  events$.complete();
  await done;
  t.deepEqual(list, ['lossy open', 'lossy step 1', 'lossy step 5', 'lossy step 9', 'lossy completed']);
  t.deepEqual(fanOut.dropped, { lossy: 7 });
  t.deepEqual(run.logged, ['warn: sink lossy was too busy for 7 events, which it did not get']);
  t.deepEqual(held, []);
});

const never = () => new Promise<never>(() => {});

for (const what of ['open', 'write', 'close'] as const) {
  for (const end of ['completed', 'interrupted'] as const) {
    test(`a sink that never settles to ${what} has failed when its time is over, ${end}`, async (t) => {
      const ways: Record<typeof what, Sink> = {
        open: { ...noting('stuck', []), open: never },
        write: noting('stuck', [], { write: never }),
        close: noting('stuck', [], { close: never }),
      };
      const list: string[] = [];
      const sinks: Sink[] = [noting('other', list), { ...ways[what], limitMs: 20 }];
      const run = bareRun();
      const { operator, closed } = createFanOut({ sinks, run, hold });
      const events$ = from([stepEvent(1)]);
      if (end === 'completed') {
        await t.throwsAsync(lastValueFrom(events$.pipe(operator)), { instanceOf: SinkError });
      } else if (what === 'open')
        events$
          .pipe(operator)
          .subscribe({ error() {} })
          .unsubscribe();
      else await lastValueFrom(events$.pipe(concatWith(NEVER), operator, take(1)));
      const doing = { open: 'opening', write: 'writing', close: 'closing' }[what];
      const message = new RegExp(`^sink stuck: expected an end of ${doing} within 0.02 seconds, got none`);
      // One that was not opened before the interruption is not opened at all.
      if (end === 'interrupted' && what === 'open') await closed();
      else await t.throwsAsync(closed(), { instanceOf: SinkError, message });
      t.true(/^other (failed|completed|interrupted)$/.test(list.at(-1) ?? ''), 'the other one is closed');

      const tolerant = createFanOut({ sinks: [{ ...ways[what], onError: 'log', limitMs: 20 }], run, hold });
      await lastValueFrom(events$.pipe(tolerant.operator));
      t.regex(run.logged.at(-1) ?? '', /^error: sink stuck has failed and gets no more events: .*0\.02 seconds/);
    });
  }
}

test('a sink that opens when its time is over is closed', async (t) => {
  const list: string[] = [];
  let open = () => {};
  const late: Sink = {
    ...noting('late', list),
    limitMs: 5,
    open: (run) =>
      new Promise((resolve) => {
        open = () => resolve(noting('late', list).open(run));
      }),
  };
  const { operator } = createFanOut({ sinks: [late], run: bareRun(), hold });
  await t.throwsAsync(lastValueFrom(from([stepEvent(1)]).pipe(operator)), { instanceOf: SinkError });
  open();
  await tick();
  t.deepEqual(list, ['late open', 'late failed']);
});

test('says that the run waits for a sink which is at one event for long', async (t) => {
  const run = bareRun();
  let settle = () => {};
  const write = () => new Promise<void>((resolve) => (settle = resolve));
  const slow: Sink = { ...noting('slow', [], { write }), limitMs: 5 };
  const events$ = new Subject<TrainingEvent>();
  const done = lastValueFrom(events$.pipe(createFanOut({ sinks: [slow], run, hold }).operator));
  await tick();
  events$.next(stepEvent(1));
  while (run.logged.length < 2) await tick();
  t.is(run.logged[0], 'warn: sink slow has been at one event for 0.005 seconds: the run waits for it');
  settle();
  events$.complete();
  await done;
});

test('refuses to drop events of a sink that the run cannot do without, and a time that is none', (t) => {
  const make = (changes: Partial<Sink>) => () =>
    createFanOut({ sinks: [{ ...noting('a', []), ...changes }], run: bareRun(), hold });
  t.throws(make({ whenBusy: 'drop' }), { message: /^sink a: whenBusy: expected 'wait', since without this sink/ });
  t.throws(make({ limitMs: 0 }), {
    message: /^sink a: limitMs: expected a positive number of milliseconds, at most 2147483647, got 0/,
  });
  t.throws(make({ limitMs: 2 ** 31 }), { name: 'OptionError' });
});

test('is closed at once when nothing was subscribed to', async (t) => {
  await createFanOut({ sinks: [], run: bareRun(), hold }).closed();
  t.pass();
});
