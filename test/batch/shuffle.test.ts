import test from 'ava';
import { from, toArray } from 'rxjs';
import { type ShuffleOptions, shuffle } from '../../src/batch/shuffle.ts';
import type { Rows } from '../../src/types.ts';
import { operatorLaws } from '../operatorLaws.ts';
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

operatorLaws(test, 'shuffle', {
  make: () => shuffle({ memoryMB: memoryFor(4), layout, seed: 7, epoch: 0 }),
  inputs: () => encodedRows(11, 3),
});

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

for (const memoryMB of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`refuses a memory of ${memoryMB} MB`, (t) => {
    t.throws(() => shuffle({ memoryMB, layout, seed: 7, epoch: 0 }), {
      name: 'OptionError',
      message: /^shuffle: memoryMB: expected a positive number/,
    });
  });
}
