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
import { createRowCodes, numberOf } from '../../src/batch/rowCodes.ts';
import { type SplitOptions, splitRows } from '../../src/batch/splitRows.ts';
import type { SplitRule } from '../../src/batch/types.ts';
import { operatorLaws } from '../../src/laws/operatorLaws.ts';
import type { Batch } from '../../src/source/types.ts';
import { holdTo } from '../holdTo.ts';
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

holdTo(
  test,
  operatorLaws('splitRows', {
    make: () => splitRows({ validation: 0.5, seed: 7, side: 'training' }),
    inputs: () => [batchOf({ a: [1, 2, 3, 4], b: ['x', 'y', null, 'z'] }), batchOf({ a: [5, 6], b: ['x', 'y'] })],
  }),
);

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

test('depends on the seed, which is 0 by default', (t) => {
  t.notDeepEqual(side([plain], { seed: 8 }), side([plain]));
  t.deepEqual(side([plain], { seed: undefined }), side([plain], { seed: 0 }));
});

test('does not depend on columns that are not named: rows that differ in their label alone stay together', (t) => {
  const [features, labels] = [names.map((name) => name ?? ''), ids.map((_, i) => i % 2)];
  const rows = batchOf({ name: vectorFromArray(features, new Utf8()), y: vectorFromArray(labels, new Int32()) });
  const held = side([rows], { by: ['name'] });
  t.deepEqual(held, side([batchOf({ name: vectorFromArray(features, new Utf8()) })]));
  const sides = new Set(held.map((row) => features[row]));
  t.deepEqual(
    held,
    features.flatMap((name, row) => (sides.has(name) ? [row] : [])),
  );
});

/** The numbers of rows that occur more than once in some columns, so that their repeats can be told apart. */
function repeated(batches: readonly Batch[], rule: SplitRule, most: number): number[] {
  const codes = createRowCodes(rule);
  const counts = new Map<number, number>();
  for (const batch of batches)
    for (const code of codes(batch)) counts.set(numberOf(code), (counts.get(numberOf(code)) ?? 0) + 1);
  return [...counts].flatMap(([number, count]) => (count > most ? [number] : []));
}

/** Rows of two cities, of which one has nine rows in ten, and a third that is there ten times. */
const cities = Array.from({ length: count }, (_, i) => (i % 200 === 7 ? 'c' : i % 10 === 0 ? 'b' : 'a'));
const crowd = batchOf({
  city: vectorFromArray(cities, new Utf8()),
  guest: vectorFromArray(Array.from({ length: count }, (_, i) => i % 500, new Int32())),
});
const rule: SplitRule = { validation: 0.3, seed: 7, by: ['city'] };
const rows = repeated([crowd], rule, 10);

test('tells rows that repeat apart by other columns, and keeps the others together', (t) => {
  t.is(rows.length, 2);
  const held = side([crowd], { ...rule, repeats: { rows, by: ['guest'], places: [] } });
  const share = (city: string) =>
    held.filter((row) => cities[row] === city).length / cities.filter((each) => each === city).length;
  for (const city of ['a', 'b']) t.true(Math.abs(share(city) - 0.3) < 0.1, `${city}: ${share(city)}`);
  t.true([0, 1].includes(share('c')));
  // A guest of a city is on one side.
  const guests = new Set(held.map((row) => `${cities[row]} ${row % 500}`));
  t.is(held.length, cities.filter((city, row) => guests.has(`${city} ${row % 500}`)).length);
});

test('tells rows that repeat in all columns apart by their places, wherever they are read', (t) => {
  const at = (file: string, first = 0) => ({ file, row: (row: number) => first + row });
  const repeats = { rows, by: [], places: [] };
  const whole = side([{ ...crowd, origin: at('/here/a.csv') }], { ...rule, repeats });
  const share = whole.length / count;
  t.true(Math.abs(share - 0.3) < 0.05, `${share}`);
  // A copy elsewhere, in other record batches, from the middle on.
  const parts = [0, 13, 1001].map((from, i, all) => ({
    records: crowd.records.slice(from, all[i + 1] ?? count),
    cursor: i,
    origin: at('C:\\there\\a.csv', from),
  }));
  t.deepEqual(side(parts, { ...rule, repeats }), whole);
  t.deepEqual(
    side(parts.slice(2), { ...rule, repeats }).map((row) => row + 1001),
    whole.filter((row) => row >= 1001),
  );
  // Another file has others.
  t.notDeepEqual(side([{ ...crowd, origin: at('/here/b.csv') }], { ...rule, repeats }), whole);
});

test('places of a source that does not tell them are those of its cursors', (t) => {
  const repeats = { rows, by: [], places: [] };
  const parts = [0, 700].map((from) => ({ records: crowd.records.slice(from, from + 700), cursor: { at: from } }));
  const whole = side(parts, { ...rule, repeats });
  t.true(Math.abs(whole.length / 1400 - 0.3) < 0.05);
  const counted = parts.map((part, i) => ({
    ...part,
    origin: { file: 'rows', row: (row: number) => 5 * i + row, isCounted: true },
  }));
  t.deepEqual(side(counted, { ...rule, repeats }), whole);
  t.deepEqual(
    side(parts.slice(1), { ...rule, repeats }),
    whole.filter((row) => row >= 700).map((row) => row - 700),
  );
});

test('only rows that repeat in the other columns too are told apart by their places', (t) => {
  const more = { rows, by: ['guest'], places: [] as number[] };
  // Four rows of a city have the same guest, but for one who is there a hundred times.
  const guests = Array.from({ length: count }, (_, i) => (i % 20 === 1 ? 7777 : i % 500));
  const batch = {
    ...batchOf({ city: vectorFromArray(cities, new Utf8()), guest: vectorFromArray(guests, new Int32()) }),
    origin: { file: 'a', row: (row: number) => row },
  };
  const places = repeated([batch], { ...rule, repeats: more }, 10);
  t.is(places.length, 1);
  const [together, apart] = [more, { ...more, places }].map((repeats) => side([batch], { ...rule, repeats }));
  const often = (held: readonly number[]) => held.filter((row) => guests[row] === 7777);
  t.true([0, 100].includes(often(together!).length));
  t.true(often(apart!).length > 15 && often(apart!).length < 50);
  const rest = (held: readonly number[]) => held.filter((row) => guests[row] !== 7777);
  t.deepEqual(rest(apart!), rest(together!));
});

test('the same record batch given twice, as rows of other places, is looked at twice', (t) => {
  const options = { ...rule, repeats: { rows, by: [], places: [] } };
  const twice = [0, count].map((first) => ({ ...crowd, origin: { file: 'a', row: (row: number) => first + row } }));
  const held = side(twice, options);
  const [first, second] = [held.filter((row) => row < count), held.filter((row) => row >= count)];
  t.notDeepEqual(
    first,
    second.map((row) => row - count),
  );
  t.deepEqual(
    side([twice[1]!], options),
    second.map((row) => row - count),
  );
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
  t.regex(String(error), /SchemaError: splitRows: expected a column nmae, got the columns id, name. Did you mean name/);
});
