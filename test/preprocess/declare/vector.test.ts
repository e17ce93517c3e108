import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int64,
  List,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import { numeric } from '../../../src/preprocess/declare/numeric.ts';
import { regression } from '../../../src/preprocess/declare/regression.ts';
import { type VectorFeature, vector } from '../../../src/preprocess/declare/vector.ts';
import { restorePreprocessor } from '../../../src/preprocess/encode/preprocessor.ts';
import { createFitter } from '../../../src/preprocess/fit/fitter.ts';
import type { Batch } from '../../../src/source/types.ts';
import { batchOf } from '../batchOf.ts';

type Rows = readonly (readonly (number | boolean | null)[] | null)[];

const fixed = (size: number, item: DataType = new Float64()) => new FixedSizeList(size, new Field('item', item, true));
const list = (item: DataType = new Float64()) => new List(new Field('item', item, true));

function batch(rows: Rows, type: DataType): Batch {
  return batchOf({ v: vectorFromArray(rows as unknown[], type), y: rows.map((_, i) => i) });
}

/** The words of `v`, fitted on the same rows. */
function words(declared: VectorFeature, given: Batch, counters = { missing: 0, unseen: 0 }): number[][] {
  const fitter = createFitter({ features: { v: declared }, target: regression('y') }, given.records.schema);
  fitter.add(given);
  const preprocessor = restorePreprocessor(JSON.parse(JSON.stringify(fitter.finish().state)));
  const floats = preprocessor.encoder().encode(given, counters);
  const stride = preprocessor.layout.words;
  return Array.from({ length: floats.length / stride }, (_, row) => [
    ...floats.subarray(row * stride, row * stride + declared.size),
  ]);
}

const rows = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
];

for (const [name, type] of [
  ['fixed-size lists of float64', fixed(3)],
  ['fixed-size lists of float32', fixed(3, new Float32())],
  ['fixed-size lists of float16', fixed(3, new Float16())],
  ['fixed-size lists of bytes', fixed(3, new Uint8())],
  ['lists of float64', list()],
  ['lists of bytes', list(new Uint8())],
] as const) {
  test(`takes ${name}`, (t) => {
    t.deepEqual(words(vector(3, { scale: 'none' }), batch(rows, type)), rows);
  });

  test(`takes selected rows of ${name}, and a part of a record batch`, (t) => {
    const given = batch(rows, type);
    const selected = { ...given, selected: Uint32Array.of(0, 2) };
    t.deepEqual(words(vector(3, { scale: 'none' }), selected), [rows[0], rows[2]]);
    const sliced = { ...given, records: given.records.slice(1, 3) };
    t.deepEqual(words(vector(3, { scale: 'none' }), sliced), [rows[1], rows[2]]);
    t.deepEqual(words(vector(3, { scale: 'none' }), { ...sliced, selected: Uint32Array.of(1) }), [rows[2]]);
  });
}

test('takes lists of 64-bit integers and of booleans', (t) => {
  const longs = vectorFromArray([[1n, 2n]], fixed(2, new Int64()));
  t.deepEqual(words(vector(2, { scale: 'none' }), batchOf({ v: longs, y: [0] })), [[1, 2]]);
  t.deepEqual(words(vector(2, { scale: 'none' }), batch([[true, false]], fixed(2, new Bool()))), [[1, 0]]);
});

test('scales all numbers of the vectors by one mean and deviation, or one range', (t) => {
  const given = batch(
    [
      [0, 2],
      [4, 10],
    ],
    fixed(2),
  );
  // Mean 4, variance (16 + 4 + 0 + 36) / 4 = 14.
  const scaled = [-4, -2, 0, 6].map((e) => Math.fround(e / Math.sqrt(14)));
  t.deepEqual(words(vector(2), given).flat(), scaled);
  t.deepEqual(words(vector(2, { scale: 'minMax' }), given).flat(), [0, 0.2, 0.4, 1].map(Math.fround));
});

test('numbers that are all equal become 0', (t) => {
  t.deepEqual(words(vector(2), batch([[7, 7]], fixed(2))), [[0, 0]]);
});

test('lies side by side in a row and in x', (t) => {
  const given = batchOf({ v: vectorFromArray(rows, fixed(3)), a: [1, 2, 3], y: [0, 1, 2] });
  const fitter = createFitter({ features: { a: numeric(), v: vector(3) }, target: regression('y') });
  fitter.add(given);
  const { layout } = fitter.finish();
  t.deepEqual(layout, {
    words: 5,
    width: 4,
    fields: [
      { kind: 'numbers', name: 'a', word: 0, column: 0, count: 1 },
      { kind: 'numbers', name: 'v', word: 1, column: 1, count: 3 },
      { kind: 'target', name: 'y', word: 4 },
    ],
  });
});

for (const type of [fixed(2), list()]) {
  test(`replaces what is missing in ${type} by the mean, and counts it, or says where it is`, (t) => {
    const given = batch([[1, null], null, [3, Number.NaN], [5, 7]], type);
    const counters = { missing: 0, unseen: 0 };
    // The mean of 1, 3, 5, 7.
    t.deepEqual(words(vector(2, { scale: 'none', missing: 'mean' }), given, counters), [
      [1, 4],
      [4, 4],
      [3, 4],
      [5, 7],
    ]);
    t.is(counters.missing, 4);
    t.throws(() => words(vector(2), given), {
      name: 'DataError',
      message: /^vector v: row 0 \(counted from 0\): expected a value, got null or NaN/,
    });
  });
}

test('refuses lists of another size, by type and by row', (t) => {
  t.throws(() => words(vector(3), batch([[1, 2]], fixed(2))), {
    name: 'SchemaError',
    message: /^vector v: expected lists of 3 numbers, got FixedSizeList\[2\]/,
  });
  t.throws(() => words(vector(2), batch([[1, 2], [1]], list())), {
    name: 'DataError',
    message: /^vector v: row 1 \(counted from 0\): expected a list of 2 numbers, got one of 1/,
  });
});

test('refuses infinities, and columns of something else', (t) => {
  t.throws(() => words(vector(2), batch([[1, Infinity]], fixed(2))), {
    name: 'DataError',
    message: /row 0 \(counted from 0\): expected finite numbers, got Infinity/,
  });
  const strings = batchOf({ v: vectorFromArray([['a', 'b']], fixed(2, new Utf8())), y: [0] });
  t.throws(() => words(vector(2), strings), { name: 'SchemaError', message: /expected column v to hold list/ });
  t.throws(() => words(vector(2), batchOf({ v: [1], y: [0] })), {
    name: 'SchemaError',
    message: /expected column v to hold list, got Float64.*numeric\(\)/,
  });
  t.throws(
    () => createFitter({ features: { v: numeric() }, target: regression('y') }, batch(rows, list()).records.schema),
    {
      name: 'SchemaError',
      message: /vector\(size\)/,
    },
  );
});

for (const [name, make] of [
  ['size', () => vector(0)],
  ['size', () => vector(1.5)],
  ['scale', () => vector(1, { scale: 'log' as 'none' })],
  ['missing', () => vector(1, { missing: 'zero' as 'mean' })],
] as const) {
  test(`refuses ${make.toString().slice(6)}`, (t) => {
    t.throws(make, { name: 'OptionError', message: new RegExp(`^vector: ${name}: expected`) });
  });
}
