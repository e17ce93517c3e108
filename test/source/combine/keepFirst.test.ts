import test from 'ava';
import { quiet, within } from '../../../src/laws/readSource.ts';
import { keepFirst } from '../../../src/source/combine/keepFirst.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { memory } from '../../../src/source/memory/memory.ts';
import type { OpenOptions } from '../../../src/source/types.ts';
import { range, xs } from './numbers.ts';

/** The numbers below 20 in record batches of 4, as they can be had only once. */
function* twenty() {
  for (const x of range(0, 20)) yield { x };
}
const once = (data: Iterable<object> | AsyncIterable<object> = twenty()) => memory(data, { batchRows: 4 });

test('gives the first rows as often as they are asked for, then all of them for good', async (t) => {
  const source = keepFirst(once(), 6, quiet());
  for (let i = 0; i < 3; i++) {
    t.deepEqual(await xs(limit(source, 6)), range(0, 6));
    t.deepEqual(await xs(limit(source, 2)), range(0, 2));
  }
  t.deepEqual(await xs(source), range(0, 20));
  await t.throwsAsync(xs(source), { name: 'SourceError', message: /expected rows that can be read again/ });
});

test('keeps the memory of the rows that it gives again, and no more of it', async (t) => {
  const batches = await Array.fromAsync(once().open({ signal: quiet() }));
  let released = 0;
  const source = {
    ...once(),
    async *open() {
      for (const batch of batches) yield { ...batch, release: () => void released++ };
    },
  };
  const first = keepFirst(source, 6, quiet());
  for (let i = 0; i < 2; i++) {
    for await (const batch of limit(first, 6).open({ signal: quiet() })) batch.release?.();
    t.is(released, 0);
  }
  for await (const batch of first.open({ signal: quiet() })) batch.release?.();
  t.is(released, 3);
});

test('keeps all rows where they are no more', async (t) => {
  const source = keepFirst(once(), 100, quiet());
  for (let i = 0; i < 3; i++) t.deepEqual(await xs(source), range(0, 20));
});

test('has no rows to give from a cursor', async (t) => {
  const source = keepFirst(once(), 6, quiet());
  const options: OpenOptions = { signal: quiet(), from: 4 };
  await t.throwsAsync(Promise.resolve(source.open(options)[Symbol.asyncIterator]().next()), { name: 'SourceError' });
});

test('loses nothing that a reader waited for who went away', async (t) => {
  let give = () => {};
  async function* slow() {
    yield* [{ x: 0 }, { x: 1 }, { x: 2 }, { x: 3 }];
    await new Promise<void>((resolve) => {
      give = resolve;
    });
    yield* [{ x: 4 }, { x: 5 }];
  }
  const source = keepFirst(once(slow()), 100, quiet());
  const abort = new AbortController();
  const items = source.open({ signal: abort.signal })[Symbol.asyncIterator]();
  await items.next();
  const waiting = items.next();
  setImmediate(() => abort.abort(new Error('enough')));
  await t.throwsAsync(within(Promise.resolve(waiting)), { message: 'enough' });
  const again = xs(source);
  give();
  t.deepEqual(await again, range(0, 6));
});

test('closes the source when it is told to', async (t) => {
  let closed = 0;
  function* watched() {
    try {
      yield* twenty();
    } finally {
      closed++;
    }
  }
  const stop = new AbortController();
  const source = keepFirst(once(watched()), 6, stop.signal);
  t.deepEqual(await xs(limit(source, 6)), range(0, 6));
  t.is(closed, 0);
  stop.abort();
  await new Promise((resolve) => setImmediate(resolve));
  t.is(closed, 1);
});
