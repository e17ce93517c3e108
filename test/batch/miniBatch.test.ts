import test from 'ava';
import fc from 'fast-check';
import { concat, from, lastValueFrom, map, NEVER, type Observable, take, toArray } from 'rxjs';
import { miniBatch } from '../../src/batch/miniBatch.ts';
import { shuffle } from '../../src/batch/shuffle.ts';
import type { MiniBatch, Position, Rows } from '../../src/batch/types.ts';
import { openEngine } from '../../src/engine/openEngine.ts';
import { referenceEngine } from '../../src/engine/reference/reference.ts';
import type { Engine } from '../../src/engine/types.ts';
import { createGate } from '../../src/flow/gate.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import type { RowLayout } from '../../src/preprocess/types.ts';
import { holdTo } from '../holdTo.ts';
import { encodedRows, layout, memoryFor } from './encodedRows.ts';

const engine = referenceEngine();

/** Rows of three kinds of columns: a pair of numbers, a one-hot of 3, an embedding of 4 codes, a target. */
const mixed: RowLayout = {
  words: 5,
  width: 7,
  fields: [
    { kind: 'numbers', name: 'a', word: 0, column: 0, count: 2 },
    { kind: 'oneHot', name: 'b', word: 2, column: 2, size: 3 },
    { kind: 'embedding', name: 'c', word: 3, column: 5, size: 4, width: 2 },
    { kind: 'target', name: 'd', word: 4 },
  ],
};

function mixedRows(rows: readonly (readonly [number, number, number, number, number])[], order?: number[]): Rows {
  const segment = new Float32Array(rows.flat());
  const codes = new Int32Array(segment.buffer);
  rows.forEach(([, , oneHot, embedding], row) => {
    codes[row * 5 + 2] = oneHot;
    codes[row * 5 + 3] = embedding;
  });
  const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
  return { layout: mixed, length: rows.length, segments: [segment], place, order: order && Uint32Array.from(order) };
}

/** What is in a mini-batch, copied. */
const copied = ({ n, x, codes, y, position, epoch }: MiniBatch) => ({
  n,
  epoch,
  x: [...x],
  codes: codes.map((all) => [...all]),
  y: [...y],
  position,
});

function collect(batches$: Observable<MiniBatch>): ReturnType<typeof copied>[] {
  const seen: ReturnType<typeof copied>[] = [];
  batches$.subscribe((batch) => seen.push(copied(batch)));
  return seen;
}

holdTo(
  test,
  operatorLaws('miniBatch', {
    make: () => miniBatch({ size: 2, engine, layout: mixed }),
    inputs: () => [
      mixedRows([
        [1, 2, 0, 3, 1],
        [3, 4, 2, 0, 0],
        [5, 6, 1, 1, 1],
      ]),
      mixedRows([[7, 8, 1, 2, 0]]),
    ],
  }),
);

test('releases a window after the last of its rows', (t) => {
  const events: (number | string)[] = [];
  const rows = mixedRows(Array.from({ length: 5 }, (_, i) => [i, i, 0, 0, 1] as const));
  from([rows, rows])
    .pipe(
      map((window) => ({ ...window, release: () => void events.push('released') })),
      miniBatch({ size: 2, engine, layout: mixed }),
    )
    .subscribe(({ n }) => events.push(n));
  t.deepEqual(events, [2, 2, 1, 'released', 2, 2, 1, 'released']);
});

test('spreads numbers, one-hots, codes and targets', (t) => {
  const rows = mixedRows(
    [
      [1, 2, 0, 3, 1],
      [3, 4, 2, 0, 0],
      [5, 6, 1, 1, 1],
    ],
    [2, 0, 1],
  );
  const [first, second] = collect(from([rows]).pipe(miniBatch({ size: 2, engine, layout: mixed })));
  t.deepEqual(first.x, [5, 6, 0, 1, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0]);
  t.deepEqual(first.codes, [[1, 3]]);
  t.deepEqual(first.y, [1, 1]);
  t.deepEqual(second.x, [3, 4, 0, 0, 1, 0, 0]);
  t.deepEqual(second.codes, [[0]]);
  t.deepEqual(second.y, [0]);
});

test('keeps the short batch at the end of each window and never spans two', (t) => {
  const batches = collect(
    from(encodedRows(10, 10)).pipe(
      shuffle({ memoryMB: memoryFor(5), layout, seed: 7, epoch: 0, order: 'stream' }),
      miniBatch({ size: 3, engine, layout }),
    ),
  );
  t.deepEqual(
    batches.map(({ y }) => y),
    [
      [0, 1, 2],
      [3, 4],
      [5, 6, 7],
      [8, 9],
    ],
  );
  t.deepEqual(
    batches.map(({ position: { window, offset } }) => [window, offset]),
    [
      [0, 3],
      [0, 5],
      [1, 3],
      [1, 5],
    ],
  );
});

/** Where the next array of an engine would lie: what is in use before it. */
function endOf(engine: Engine): { readonly at: number; readonly bytes: number } {
  const probe = engine.vector(1);
  const { byteOffset: at, buffer } = probe;
  engine.release(probe);
  return { at, bytes: buffer.byteLength };
}

test('10,000 subscriptions of any sizes leave the memory of the engine as it was', (t) => {
  const wasm = openEngine('wasm-strict');
  const before = endOf(wasm);
  const rows = mixedRows(Array.from({ length: 5 }, (_, i) => [i, i, 0, 0, 1] as const));
  for (let i = 0; i < 10_000; i++) {
    const batches$ = from([rows]).pipe(miniBatch({ size: 1 + (i % 700), engine: wasm, layout: mixed }));
    // Some end of themselves, others are ended after the first.
    (i % 3 === 0 ? batches$.pipe(take(1)) : batches$).subscribe();
  }
  t.deepEqual(endOf(wasm), before);
});

test('a subscription that ends gives its memory back, not that of another', (t) => {
  const wasm = openEngine('wasm-strict');
  const rows = mixedRows([[1, 2, 0, 3, 1]]);
  const batches$ = concat(from([rows]), NEVER).pipe(miniBatch({ size: 2, engine: wasm, layout: mixed }));
  const seen: MiniBatch[] = [];
  const subscriptions = [0, 1].map(() => batches$.subscribe((batch) => seen.push(batch)));
  subscriptions[0].unsubscribe();
  // Takes what the first had.
  wasm.vector(2 * mixed.width).fill(9);
  t.deepEqual([...seen[1].x], [1, 2, 1, 0, 0, 0, 0]);
  subscriptions[1].unsubscribe();
});

test('a prediction of one row takes memory for one row', (t) => {
  const rows = mixedRows([[1, 2, 0, 3, 1]]);
  const operator = miniBatch({ size: 1, engine, layout: mixed });
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 100; i++) from([rows]).pipe(operator).subscribe();
  t.true(process.memoryUsage().arrayBuffers - before < 1e6);
});

test('is paced by a gate, with the same rows', async (t) => {
  const rows$ = () => from(encodedRows(20, 7)).pipe(shuffle({ memoryMB: memoryFor(8), layout, seed: 7, epoch: 0 }));
  const paced = await lastValueFrom(
    rows$().pipe(miniBatch({ size: 3, engine, layout, gate: createGate() }), map(copied), toArray()),
  );
  t.deepEqual(paced, collect(rows$().pipe(miniBatch({ size: 3, engine, layout }))));
});

for (const size of [0, -1, 1.5, Number.NaN]) {
  test(`refuses a size of ${size}`, (t) => {
    t.throws(() => miniBatch({ size, engine, layout }), {
      name: 'OptionError',
      message: /^miniBatch: size: expected an integer of at least 1/,
    });
  });
}

/** An epoch over rows in source batches of `batchRows`, read from `from` on as a source would be. */
function epochOf(
  shape: { rows: number; batchRows: number; window: number; size: number },
  epoch: number,
  from_?: Position,
) {
  const { rows, batchRows, window, size } = shape;
  return collect(
    from(encodedRows(rows, batchRows, (from_?.cursor as number | undefined) ?? 0)).pipe(
      shuffle({ memoryMB: memoryFor(window), layout, seed: 7, epoch, from: from_ }),
      miniBatch({ size, engine, layout, from: from_ }),
    ),
  );
}

const shapes = fc.record({
  rows: fc.integer({ min: 0, max: 60 }),
  batchRows: fc.integer({ min: 1, max: 20 }),
  window: fc.integer({ min: 1, max: 40 }),
  size: fc.integer({ min: 1, max: 12 }),
});

test('gives every row exactly once an epoch', (t) => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const seen = epochOf(shape, 3).flatMap(({ y }) => y);
      t.deepEqual(
        seen.sort((a, b) => a - b),
        Array.from({ length: shape.rows }, (_, i) => i),
      );
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('gives the identical rest from the position of any mini-batch', (t) => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const whole = epochOf(shape, 1);
      whole.forEach(({ position }, k) => {
        const stored = JSON.parse(JSON.stringify(position)) as Position;
        t.deepEqual(epochOf(shape, 1, stored), whole.slice(k + 1));
      });
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('gives the same rest when the source cuts its batches otherwise after the break', (t) => {
  const shape = { rows: 50, batchRows: 8, window: 20, size: 6 };
  const whole = epochOf(shape, 0);
  whole.forEach(({ position }, k) => {
    const rest = epochOf({ ...shape, batchRows: 5 }, 0, position);
    t.deepEqual(
      rest.flatMap(({ y }) => y),
      whole.slice(k + 1).flatMap(({ y }) => y),
    );
  });
});

test('a vector of many numbers comes whole, beside others, in the order of the window', (t) => {
  const count = 100;
  const wide: RowLayout = {
    words: count + 2,
    width: count + 1,
    fields: [
      { kind: 'numbers', name: 'v', word: 0, column: 1, count },
      { kind: 'numbers', name: 'a', word: count, column: 0, count: 1 },
      { kind: 'target', name: 'y', word: count + 1 },
    ],
  };
  const row = (i: number) => [...Array.from({ length: count }, (_, k) => 1000 * i + k), -i, i];
  const segments = [new Float32Array([...row(0), ...row(1), ...row(2)])];
  const place = { epoch: 0, window: 0, cursor: null, skip: 0 };
  const rows: Rows = { layout: wide, length: 3, segments, place, order: Uint32Array.of(2, 0, 1) };
  const batches = collect(from([rows]).pipe(miniBatch({ size: 2, engine, layout: wide })));
  const seen = batches.flatMap(({ x, y, n }) =>
    Array.from({ length: n }, (_, i) => [
      ...x.slice(i * wide.width + 1, (i + 1) * wide.width),
      x[i * wide.width],
      y[i],
    ]),
  );
  t.deepEqual(seen, [row(2), row(0), row(1)]);
});
