import test from 'ava';
import { from, Observable, Subject, type Subscriber, toArray } from 'rxjs';
import { permuteRows } from '../../src/batch/permuteRows.ts';
import { type ShuffleOptions, shuffle, type WindowWait } from '../../src/batch/shuffle.ts';
import type { Position, Rows } from '../../src/batch/types.ts';
import { createGate } from '../../src/flow/gate.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import type { EncodedBatch } from '../../src/preprocess/encode/encode.ts';
import { holdTo } from '../holdTo.ts';
import { encodedRows, layout, memoryFor } from './encodedRows.ts';

function windows(rows: number, size: number, options: Partial<ShuffleOptions> & { window: number }): Rows[] {
  const { window, ...rest } = options;
  let out: Rows[] = [];
  from(encodedRows(rows, size))
    .pipe(shuffle({ memoryMB: memoryFor(window), layout, seed: 7, epoch: 0, ...rest }), toArray())
    .subscribe((all) => {
      out = all;
    });
  return out;
}

/** The numbers of the rows in the order in which they are given out. */
function numbers({ length, segments, order }: Rows): number[] {
  return Array.from({ length }, (_, i) => {
    const row = order ? order[i] : i;
    return segments[row >> 16][(row & 65535) * 2];
  });
}

holdTo(
  test,
  operatorLaws('shuffle', {
    make: () => shuffle({ memoryMB: memoryFor(4), layout, seed: 7, epoch: 0 }),
    inputs: () => encodedRows(11, 3),
  }),
);

test('gives windows of as many rows as the memory holds, then the rest', (t) => {
  t.deepEqual(
    windows(10, 3, { window: 4 }).map(({ length }) => length),
    [4, 4, 2],
  );
});

test('gives no empty window at the end', (t) => {
  t.deepEqual(
    windows(8, 3, { window: 4 }).map(({ length }) => length),
    [4, 4],
  );
});

test('keeps the order of the stream when asked to', (t) => {
  const [first, second] = windows(6, 4, { window: 4, order: 'stream' });
  t.is(first.order, undefined);
  t.deepEqual([...numbers(first), ...numbers(second)], [0, 1, 2, 3, 4, 5]);
});

test('permutes each window within itself, each differently', (t) => {
  const [first, second] = windows(200, 7, { window: 100 });
  const sorted = (rows: Rows) => numbers(rows).sort((a, b) => a - b);
  t.deepEqual(
    sorted(first),
    Array.from({ length: 100 }, (_, i) => i),
  );
  t.deepEqual(
    sorted(second),
    Array.from({ length: 100 }, (_, i) => 100 + i),
  );
  t.notDeepEqual(
    numbers(first),
    numbers(second).map((row) => row - 100),
  );
});

test('permutes differently in each epoch and for each seed', (t) => {
  const order = (options: object) => numbers(windows(100, 9, { window: 100, ...options })[0]);
  t.deepEqual(order({}), order({}));
  t.notDeepEqual(order({}), order({ epoch: 1 }));
  t.notDeepEqual(order({}), order({ seed: 8 }));
});

test('says where each window begins: the record batch and the rows of it that are in earlier windows', (t) => {
  t.deepEqual(
    windows(10, 3, { window: 4 }).map(({ place }) => place),
    [
      { epoch: 0, window: 0, cursor: 0, skip: 0 },
      { epoch: 0, window: 1, cursor: 3, skip: 1 },
      { epoch: 0, window: 2, cursor: 6, skip: 2 },
    ],
  );
});

test('gives several windows from one input, each with memory of its own', (t) => {
  const all = windows(10, 10, { window: 3 });
  t.deepEqual(
    all.map(({ place }) => place.skip),
    [0, 3, 6, 9],
  );
  t.is(new Set(all.map(({ segments }) => segments[0].buffer)).size, 4);
});

test('gives released windows the memory of those before, with the same rows in the same order', (t) => {
  const buffers = new Set<unknown>();
  const seen: number[][] = [];
  const options = { memoryMB: memoryFor(4), layout, seed: 7, epoch: 0 };
  from(encodedRows(42, 3))
    .pipe(shuffle({ ...options, reuse: true }))
    .subscribe((rows) => {
      for (const { buffer } of [...rows.segments, rows.order as Uint32Array]) buffers.add(buffer);
      seen.push(numbers(rows));
      rows.release?.();
    });
  t.is(buffers.size, 2);
  t.deepEqual(seen, windows(42, 3, { window: 4 }).map(numbers));
});

test('gives windows that have not been released memory of their own, also where it is used again', (t) => {
  const all = windows(10, 10, { window: 3, reuse: true });
  t.deepEqual(all.map(numbers), windows(10, 10, { window: 3 }).map(numbers));
  t.is(new Set(all.map(({ segments }) => segments[0].buffer)).size, 4);
});

test('fills segments of 65,536 rows and cuts the last', (t) => {
  const [rows] = windows(70_000, 9_000, { window: 100_000, order: 'stream' });
  t.deepEqual(
    rows.segments.map(({ length }) => length / 2),
    [65_536, 4_464],
  );
  t.true(numbers(rows).every((row, i) => row === i));
});

test('holds at least one row, however little memory it is given', (t) => {
  t.is(windows(3, 3, { window: 0.01 }).length, 3);
});

/** What comes to a shuffle: a record batch, or the end of a wait for more. */
type Coming = EncodedBatch | 'waited';

/** The windows that come of it, and the sizes of those that were handed on before they were full. */
function waited(coming: readonly Coming[], options: Partial<ShuffleOptions> & { window: number }) {
  const { window, ...rest } = options;
  const batches$ = new Subject<EncodedBatch>();
  const waits = new Set<Subscriber<void>>();
  const cuts: number[] = [];
  const out: Rows[] = [];
  const wait: WindowWait = {
    maxMs: 1,
    gate: {
      waited: () =>
        new Observable((subscriber) => {
          waits.add(subscriber);
          return () => waits.delete(subscriber);
        }),
    },
    onCut: (rows) => cuts.push(rows),
  };
  batches$
    .pipe(shuffle({ memoryMB: memoryFor(window), layout, seed: 7, epoch: 0, wait, ...rest }))
    .subscribe((rows) => out.push(rows));
  for (const each of coming) {
    if (each !== 'waited') batches$.next(each);
    else for (const subscriber of [...waits]) subscriber.next();
  }
  batches$.complete();
  return { windows: out, cuts, waiting: waits.size };
}

test('hands on what has waited long enough as a window of its own, permuted among itself', (t) => {
  const [a, b, c, d] = encodedRows(12, 3) as [EncodedBatch, EncodedBatch, EncodedBatch, EncodedBatch];
  const { windows, cuts, waiting } = waited(['waited', a, b, 'waited', 'waited', c, d, 'waited'], { window: 8 });
  t.deepEqual(cuts, [6, 6]);
  t.deepEqual(
    windows.map(({ place }) => place),
    [
      { epoch: 0, window: 0, cursor: 0, skip: 0 },
      { epoch: 0, window: 1, cursor: 6, skip: 0 },
    ],
  );
  for (const [i, each] of windows.entries()) {
    t.deepEqual(
      numbers(each).sort((x, y) => x - y),
      [0, 1, 2, 3, 4, 5].map((row) => row + 6 * i),
    );
    // As a window of six rows is permuted anyhow.
    t.deepEqual(each.order, permuteRows({ ...each, order: undefined }, 7).order);
  }
  t.is(waiting, 0, 'nobody waits when the stream is over');
});

test('a window that fills is not cut, nor is one that has no row', (t) => {
  const [a, b] = encodedRows(8, 4) as [EncodedBatch, EncodedBatch];
  const { windows, cuts } = waited([a, 'waited', b, 'waited'], { window: 4 });
  t.deepEqual(cuts, []);
  t.deepEqual(
    windows.map(({ length }) => length),
    [4, 4],
  );
});

test('in order, hands the whole mini-batches of a record batch on with it, and the rest when it has waited', (t) => {
  const [a, b, c] = encodedRows(15, 5) as [EncodedBatch, EncodedBatch, EncodedBatch];
  const { windows, cuts } = waited([a, b, 'waited', c], { window: 100, order: 'stream', batch: 4 });
  t.deepEqual(windows.map(numbers), [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9], [10, 11, 12, 13], [14]]);
  t.deepEqual(cuts, [2]);
  t.deepEqual(
    windows.map(({ place: { cursor, skip } }) => [cursor, skip]),
    [
      [0, 0],
      [0, 4],
      [5, 3],
      [10, 0],
      [10, 4],
    ],
  );
});

test('in order, a window ends with a whole mini-batch', (t) => {
  const sizes = (batch: number) => windows(20, 7, { window: 10, order: 'stream', batch }).map(({ length }) => length);
  t.deepEqual(sizes(4), [8, 8, 4]);
  t.deepEqual(sizes(12), [12, 8], 'also where the memory is for less than one');
});

for (const order of ['shuffled', 'stream'] as const) {
  test(`${order}: goes on from every place of every window with the same rows, however they wait then`, (t) => {
    const batches = encodedRows(30, 5);
    const coming: Coming[] = batches.flatMap((batch, i) => (i % 3 === 1 ? [batch, 'waited'] : [batch]));
    const options = { window: 12, order, batch: 4 } as const;
    const whole = waited(coming, options).windows;
    t.true(whole.length >= 4);
    for (const [at, { place, length }] of whole.entries()) {
      for (let offset = 1; offset <= length; offset++) {
        const from: Position = { ...place, offset, rows: length };
        // Each record batch comes after a wait, or all come at once.
        for (const isSlow of [true, false]) {
          const again = batches
            .slice(Number(place.cursor) / 5)
            .flatMap((batch): Coming[] => (isSlow ? ['waited', batch, 'waited'] : [batch]));
          const { windows: rest } = waited(again, { ...options, from });
          t.deepEqual(rest[0] && numbers(rest[0]), numbers(whole[at]!), `window ${at}, offset ${offset}`);
          const rows = rest.flatMap(numbers).sort((x, y) => x - y);
          const first = whole.slice(0, at).reduce((sum, each) => sum + each.length, 0);
          t.deepEqual(
            rows,
            Array.from({ length: 30 - first }, (_, i) => first + i),
          );
        }
      }
    }
  });
}

test('refuses a wait and a mini-batch that are out of bounds', (t) => {
  const gate = createGate();
  const options = { memoryMB: 1, layout, seed: 7, epoch: 0 };
  for (const maxMs of [0, -1, Number.NaN]) {
    t.throws(() => shuffle({ ...options, wait: { maxMs, gate } }), {
      message: /^shuffle: wait\.maxMs: expected a positive/,
    });
  }
  t.throws(() => shuffle({ ...options, batch: 0 }), { message: /^shuffle: batch: expected an integer/ });
});

for (const memoryMB of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`refuses a memory of ${memoryMB} MB`, (t) => {
    t.throws(() => shuffle({ memoryMB, layout, seed: 7, epoch: 0 }), {
      name: 'OptionError',
      message: /^shuffle: memoryMB: expected a positive number of megabytes/,
    });
  });
}
