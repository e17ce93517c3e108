import { setTimeout as wait } from 'node:timers/promises';
import { type RecordBatch, tableFromArrays } from 'apache-arrow';
import test from 'ava';
import { concatMap, firstValueFrom, lastValueFrom, map, take, tap, toArray } from 'rxjs';
import { createGate } from '../../src/flow/gate.ts';
import type { Batch, Source } from '../../src/source/types.ts';

/** A source of `count` batches of one row that says how far it was pulled, and whether it was closed. */
function counted(count: number, stalls = false) {
  const records = tableFromArrays({ a: [1] }).batches[0] as RecordBatch;
  const log = { pulled: 0, closed: 0, aborted: false };
  const source: Source = {
    name: 'counted',
    schema: async () => records.schema,
    rows: async () => count,
    fingerprint: async () => null,
    async *open({ signal }) {
      signal.addEventListener('abort', () => {
        log.aborted = true;
      });
      try {
        for (let i = 0; i < count; i++) {
          log.pulled++;
          yield { records, cursor: i };
        }
        if (stalls) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      } finally {
        log.closed++;
      }
    },
  };
  return { source, log };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

test('emits every batch in order, then completes', async (t) => {
  const { source } = counted(10);
  const cursors = await lastValueFrom(
    createGate()
      .open(source)
      .pipe(
        map(({ cursor }) => cursor),
        toArray(),
      ),
  );
  t.deepEqual(cursors, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('opens nothing before it is subscribed to', async (t) => {
  const { source, log } = counted(3);
  const batches$ = createGate().open(source);
  await tick();
  t.is(log.pulled, 0);
  await lastValueFrom(batches$);
  t.is(log.pulled, 3);
});

for (const ahead of [1, 2, 4]) {
  test(`never holds more than ${ahead} of ${ahead} batches against a slow sink`, async (t) => {
    const { source, log } = counted(20);
    const gate = createGate({ ahead });
    let emitted = 0;
    let most = 0;
    await lastValueFrom(
      gate.open(source).pipe(
        tap(() => {
          emitted++;
          gate.hold(tick().then(tick).then(tick));
          t.true(gate.inFlight <= ahead);
          most = Math.max(most, log.pulled - emitted + 1);
        }),
      ),
    );
    t.is(most, ahead);
    t.is(gate.inFlight, 0);
  });
}

test('emits nothing while a promise is held, and goes on when it is rejected', async (t) => {
  const { source } = counted(3);
  const gate = createGate();
  let release: (error: Error) => void = () => {};
  const seen: unknown[] = [];
  const done = lastValueFrom(
    gate.open(source).pipe(
      tap(({ cursor }) => {
        seen.push(cursor);
        if (cursor === 0) {
          gate.hold(
            new Promise((_, reject) => {
              release = reject;
            }),
          );
        }
      }),
    ),
  );
  for (let i = 0; i < 20; i++) await tick();
  t.deepEqual(seen, [0]);
  release(new Error('late'));
  await done;
  t.deepEqual(seen, [0, 1, 2]);
});

test('opens again only when paced items are worked off', async (t) => {
  const { source } = counted(3);
  const gate = createGate({ sliceMs: 0 });
  const order: string[] = [];
  await lastValueFrom(
    gate.open(source).pipe(
      tap(({ cursor }) => order.push(`batch ${cursor}`)),
      concatMap(({ cursor }) => gate.pace([`${cursor}a`, `${cursor}b`])),
      tap((item) => order.push(item)),
    ),
  );
  t.deepEqual(order, ['batch 0', '0a', '0b', 'batch 1', '1a', '1b', 'batch 2', '2a', '2b']);
});

test('lets timers run between paced items', async (t) => {
  const gate = createGate({ sliceMs: 0 });
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  function* busy() {
    for (let i = 0; i < 20; i++) {
      const end = performance.now() + 2;
      while (performance.now() < end);
      yield i;
    }
  }
  await lastValueFrom(gate.pace(busy()));
  clearInterval(timer);
  t.true(fired >= 10);
});

test('stops pulling and closes the source when it is unsubscribed', async (t) => {
  const { source, log } = counted(1000);
  const gate = createGate({ ahead: 2 });
  await lastValueFrom(gate.open(source).pipe(take(3)));
  await tick();
  t.true(log.pulled <= 5);
  t.is(log.closed, 1);
  t.is(gate.inFlight, 0);
});

test('aborts a source that has stalled', async (t) => {
  const { source, log } = counted(1, true);
  const gate = createGate();
  const subscription = gate.open(source).subscribe();
  for (let i = 0; i < 5; i++) await tick();
  subscription.unsubscribe();
  await tick();
  t.true(log.aborted);
  t.is(log.closed, 1);
});

test('passes an error of the source on as the same object', async (t) => {
  const failure = new Error('cut');
  const { source } = counted(0);
  const failing: Source = {
    ...source,
    // biome-ignore lint/correctness/useYield: fails before its first batch
    async *open(): AsyncGenerator<Batch> {
      throw failure;
    },
  };
  t.is(await t.throwsAsync(firstValueFrom(createGate().open(failing))), failure);
});

test('passes an error of a paced iterable on as the same object', async (t) => {
  const failure = new Error('bad row');
  // biome-ignore lint/correctness/useYield: fails before its first item
  function* failing(): Generator<number> {
    throw failure;
  }
  t.is(await t.throwsAsync(lastValueFrom(createGate().pace(failing()))), failure);
});

test('says what the time went into: waiting for data, work, and sinks', async (t) => {
  const { source } = counted(3);
  const ms = 40;
  const slow: Source = {
    ...source,
    async *open(options) {
      for await (const batch of source.open(options)) {
        if (batch.cursor === 1) await wait(ms);
        yield batch;
      }
    },
  };
  const gate = createGate();
  const begin = performance.now();
  await gate.open(slow).forEach(({ cursor }) => {
    if (cursor === 0) gate.hold(wait(ms).then(() => wait(ms)));
    for (const end = performance.now() + ms; cursor === 2 && performance.now() < end; );
  });
  const all = performance.now() - begin;
  // Timers round down by up to a millisecond. The second batch is read while the sink of the first one works.
  t.true(gate.sinkMs >= 2 * ms - 2, `${gate.sinkMs}`);
  t.true(gate.computeMs >= ms && gate.computeMs < all - gate.sinkMs + 1, `${gate.computeMs}`);
  t.true(gate.waitMs + gate.computeMs + gate.sinkMs <= all + 1);
});

test('waiting for data is told while a source stalls', async (t) => {
  const { source } = counted(2);
  const gate = createGate({ ahead: 1 });
  const slow: Source = {
    ...source,
    async *open(options) {
      for await (const batch of source.open(options)) {
        await wait(30);
        yield batch;
      }
    },
  };
  await gate.open(slow).forEach(() => {});
  t.true(gate.waitMs >= 58, `${gate.waitMs}`);
  t.true(gate.computeMs < gate.waitMs);
  t.is(gate.sinkMs, 0);
});

test('tells when it has waited long enough, not while a sink or paced items are worked on', async (t) => {
  const { source } = counted(1, true);
  const gate = createGate();
  const reading = gate.open(source).subscribe();
  for (let i = 0; i < 5; i++) await tick();
  await firstValueFrom(gate.waited(5));
  let release = () => {};
  const busy: Record<string, () => { end(): void }> = {
    'a sink': () => {
      gate.hold(
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      );
      return { end: () => release() };
    },
    'paced items': () => {
      const subscription = gate
        .pace([1, 2])
        .pipe(concatMap(() => new Promise(() => {})))
        .subscribe();
      gate.hold(
        new Promise<void>((resolve) => {
          release = resolve;
        }),
      );
      return {
        end() {
          release();
          subscription.unsubscribe();
        },
      };
    },
  };
  for (const [what, begin] of Object.entries(busy)) {
    const { end } = begin();
    const { waitMs } = gate;
    let isTold = false;
    const told = firstValueFrom(gate.waited(1)).then(() => {
      isTold = true;
    });
    await wait(60);
    t.false(isTold, what);
    t.is(gate.waitMs, waitMs, what);
    end();
    await told;
  }
  reading.unsubscribe();
  const { waitMs } = gate;
  await wait(20);
  t.is(gate.waitMs, waitMs, 'nobody waits any more');
});

test('tells its line where none is given by who opens it', async (t) => {
  const { source } = counted(1);
  const told: string[] = [];
  const talking: Source = {
    ...source,
    open(options) {
      options.tell?.('hello');
      return source.open(options);
    },
  };
  await lastValueFrom(createGate({ tell: (line) => told.push(line) }).open(talking));
  t.deepEqual(told, ['hello']);
});

test('refuses to hold fewer than one batch', (t) => {
  t.throws(() => createGate({ ahead: 0 }), {
    name: 'OptionError',
    message: /ahead: expected an integer of at least 1, got 0/,
  });
});
