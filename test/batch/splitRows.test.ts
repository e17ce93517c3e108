import {
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float64,
  Int32,
  Int64,
  LargeList,
  LargeUtf8,
  List,
  makeVector,
  type RecordBatch,
  Table,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { from } from 'rxjs';
import { type SplitOptions, splitRows } from '../../src/batch/splitRows.ts';
import type { Batch } from '../../src/types.ts';
import { operatorLaws } from '../operatorLaws.ts';
import { batchOf } from '../preprocess/batchOf.ts';

const count = 2000;
const ids = Array.from({ length: count }, (_, i) => (i % 13 === 0 ? null : i));
const names = Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `name ${(i * 37) % 101} é`));

/** The selected rows of one side, numbered through the stream. */
function side(batches: readonly Batch[], options: Partial<SplitOptions> = {}): number[] {
  const rows: number[] = [];
  let before = 0;
  from(batches)
    .pipe(splitRows({ validation: 0.3, seed: 7, side: 'validation', ...options }))
    .subscribe(({ records, selected }) => {
      for (const row of selected ?? Array.from({ length: records.numRows }, (_, i) => i)) rows.push(before + row);
      before += records.numRows;
    });
  return rows;
}

const plain = batchOf({ id: vectorFromArray(ids, new Float64()), name: vectorFromArray(names, new Utf8()) });

operatorLaws(test, 'splitRows', {
  make: () => splitRows({ validation: 0.5, seed: 7, side: 'training' }),
  inputs: () => [batchOf({ a: [1, 2, 3, 4], b: ['x', 'y', null, 'z'] }), batchOf({ a: [5, 6], b: ['x', 'y'] })],
});

test('puts each row on exactly one side, about as many as asked for', (t) => {
  const held = side([plain]);
  const kept = side([plain], { side: 'training' });
  t.deepEqual(
    [...held, ...kept].sort((a, b) => a - b),
    Array.from({ length: count }, (_, i) => i),
  );
  t.true(Math.abs(held.length / count - 0.3) < 0.05);
});

test('does not depend on how a column is encoded', (t) => {
  const expected = side([plain]);
  const big = ids.map((id) => (id === null ? null : BigInt(id)));
  for (const id of [vectorFromArray(big, new Int64()), vectorFromArray(ids, new Int32())]) {
    for (const type of [new LargeUtf8(), new Dictionary(new Utf8(), new Int32())]) {
      t.deepEqual(side([batchOf({ id, name: vectorFromArray(names, type) })]), expected);
    }
  }
});

test('does not depend on the record batches nor on slicing', (t) => {
  const { records } = plain;
  const parts = [records.slice(0, 13), records.slice(13, 1001), records.slice(1001)];
  t.deepEqual(side(parts.map((part: RecordBatch) => ({ records: part, cursor: null }))), side([plain]));
});

test('takes lists by their numbers, however they are encoded, batched and sliced', (t) => {
  const item = (type: DataType) => new Field('item', type, true);
  // Long enough that a record batch is looked at in parts.
  const lists = ids.map((id, i) =>
    id === null ? null : Array.from({ length: 60 }, (_, k) => (k === 7 ? null : i + k)),
  );
  const fixed = vectorFromArray(lists, new FixedSizeList(60, item(new Float64())));
  const whole = batchOf({ v: fixed });
  const expected = side([whole]);
  t.true(Math.abs(expected.length / count - 0.3) < 0.05);
  const big = lists.map((list) => list?.map((number) => number && BigInt(number)) ?? null);
  for (const v of [
    vectorFromArray(lists, new FixedSizeList(60, item(new Int32()))),
    vectorFromArray(lists, new List(item(new Float64()))),
    vectorFromArray(big, new LargeList(item(new Int64()))),
  ]) {
    const batch = batchOf({ v });
    t.deepEqual(side([batch]), expected, `${v.type}`);
    const parts = [batch.records.slice(0, 13), batch.records.slice(13, 1001), batch.records.slice(1001)];
    t.deepEqual(side(parts.map((records) => ({ records, cursor: null }))), expected, `${v.type}, sliced`);
  }
  t.deepEqual(side([batchOf({ v: fixed, id: ids })]), side([batchOf({ id: ids, v: fixed })]));
  // The rows without a list are all on one side; the order of the numbers counts.
  const held = new Set(expected);
  t.is(new Set(lists.flatMap((list, i) => (list ? [] : [held.has(i)]))).size, 1);
  const backwards = lists.map((list) => list?.toReversed() ?? null);
  t.notDeepEqual(side([batchOf({ v: vectorFromArray(backwards, fixed.type) })]), expected);
});

test('does not depend on the order of the columns', (t) => {
  const [records] = new Table({ name: vectorFromArray(names, new Utf8()), id: vectorFromArray(ids, new Float64()) })
    .batches;
  t.deepEqual(side([{ records, cursor: null }]), side([plain]));
});

test('keeps rows that are equal in the key columns together', (t) => {
  const held = new Set(side([plain], { by: ['name'] }).map((row) => names[row]));
  const kept = new Set(side([plain], { by: ['name'], side: 'training' }).map((row) => names[row]));
  t.true(held.size > 10);
  t.is([...held].filter((name) => kept.has(name)).length, 0);
});

test('depends on the seed', (t) => {
  t.notDeepEqual(side([plain], { seed: 8 }), side([plain]));
});

test('narrows a selection that is there', (t) => {
  const selected = Uint32Array.from({ length: 100 }, (_, i) => 3 * i);
  const held = side([{ ...plain, selected }]);
  t.deepEqual(
    held,
    side([plain]).filter((row) => row < 300 && row % 3 === 0),
  );
});

test('selects everything for training where nothing is held out', (t) => {
  t.is(side([plain], { validation: 0, side: 'training' }).length, count);
  t.is(side([plain], { validation: 0 }).length, 0);
});

/** Which of these rows are held out at a share of one half, as 0 and 1. */
function bits(columns: Parameters<typeof batchOf>[0], seed: number): Uint8Array {
  const out = new Uint8Array(batchOf(columns).records.numRows);
  for (const row of side([batchOf(columns)], { validation: 0.5, seed })) out[row] = 1;
  return out;
}

/** How far a count of `n` throws of a coin is from the middle, in standard deviations. */
const deviations = (count: number, n: number) => Math.abs(count - n / 2) / Math.sqrt(n / 4);

const grid = 20_000;
const patterns: Readonly<Record<string, Parameters<typeof batchOf>[0]>> = {
  'small integers': { a: vectorFromArray(Array.from({ length: grid }, (_, i) => i)) },
  'a grid of integers': {
    a: vectorFromArray(Array.from({ length: grid }, (_, i) => i % 200)),
    b: vectorFromArray(Array.from({ length: grid }, (_, i) => Math.floor(i / 200))),
  },
  'times a minute apart': {
    a: vectorFromArray(
      Array.from({ length: grid }, (_, i) => new Date(9.8e11 + i * 60_000)),
      new TimestampMicrosecond(),
    ),
  },
  fractions: { a: vectorFromArray(Array.from({ length: grid }, (_, i) => i / 1000)) },
  'short strings': {
    a: vectorFromArray(
      Array.from({ length: grid }, (_, i) => i.toString(36)),
      new Utf8(),
    ),
  },
  'longer strings': {
    a: vectorFromArray(
      Array.from({ length: grid }, (_, i) => `row number ${i}`),
      new Utf8(),
    ),
  },
};

for (const [name, columns] of Object.entries(patterns)) {
  test(`holds out as a coin would: ${name}`, (t) => {
    for (let seed = 0; seed < 8; seed++) {
      const held = bits(columns, seed);
      t.true(
        deviations(
          held.reduce((sum, bit) => sum + bit, 0),
          grid,
        ) < 4.5,
        `the share, seed ${seed}`,
      );
      for (const lag of [1, 2, 16, 200]) {
        let equal = 0;
        for (let i = lag; i < grid; i++) equal += held[i] === held[i - lag] ? 1 : 0;
        t.true(deviations(equal, grid - lag) < 4.5, `rows ${lag} apart, seed ${seed}`);
      }
      const other = bits(columns, seed + 1);
      const equal = held.reduce((sum, bit, i) => sum + (bit === other[i] ? 1 : 0), 0);
      t.true(deviations(equal, grid) < 4.5, `seeds ${seed} and ${seed + 1}`);
    }
  });
}

test('tells columns apart that hold the same values', (t) => {
  const values = vectorFromArray(Array.from({ length: grid }, (_, i) => i % 1000));
  const constant = vectorFromArray(Array(grid).fill(1));
  const first = bits({ a: values, b: constant }, 7);
  const second = bits({ a: constant, b: values }, 7);
  const equal = first.subarray(0, 1000).reduce((sum, bit, i) => sum + (bit === second[i] ? 1 : 0), 0);
  t.true(deviations(equal, 1000) < 4.5);
});

test('takes 0 and -0 for one value, and all kinds of NaN and null', (t) => {
  const nans = new Float64Array(2);
  new Uint32Array(nans.buffer).set([1, 0x7ff80000, 0, 0xfff80000]);
  const a = vectorFromArray([...Array(64).fill(0), ...Array(64).fill(-0)], new Float64());
  const b = makeVector(Float64Array.from({ length: 128 }, (_, i) => i % 64));
  const held = new Set(side([batchOf({ a, b })], { validation: 0.5 }));
  for (let i = 0; i < 64; i++) t.is(held.has(i), held.has(i + 64));
  for (const by of [makeVector(nans), vectorFromArray([null, Number.NaN], new Float64())]) {
    for (let seed = 0; seed < 20; seed++)
      t.true([0, 2].includes(side([batchOf({ by })], { seed, validation: 0.5 }).length));
  }
});

test('refuses a share outside [0, 1) and a key without columns', (t) => {
  for (const validation of [-0.1, 1, Number.NaN]) {
    t.throws(() => splitRows({ validation, seed: 7, side: 'training' }), {
      message: /^splitRows: validation: expected/,
    });
  }
  t.throws(() => splitRows({ validation: 0.1, seed: 7, side: 'training', by: [] }), { message: /^splitRows: by: / });
});

test('names a key column that is not there, and the one that was perhaps meant', (t) => {
  let error: unknown;
  from([plain])
    .pipe(splitRows({ validation: 0.1, seed: 7, side: 'training', by: ['nmae'] }))
    .subscribe({
      error: (caught) => {
        error = caught;
      },
    });
  t.regex(String(error), /SchemaError: splitRows: expected a column nmae, got columns id, name. Did you mean name/);
});
