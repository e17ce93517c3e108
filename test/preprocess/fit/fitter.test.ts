import {
  Bool,
  Dictionary,
  Float32,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  Null,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { from } from 'rxjs';
import type { Json } from '../../../src/json.ts';
import { operatorLaws } from '../../../src/laws/operatorLaws.ts';
import { binary } from '../../../src/preprocess/declare/binary.ts';
import { classes } from '../../../src/preprocess/declare/classes.ts';
import { embedding } from '../../../src/preprocess/declare/embedding.ts';
import type { Feature } from '../../../src/preprocess/declare/feature.ts';
import { numeric } from '../../../src/preprocess/declare/numeric.ts';
import { oneHot } from '../../../src/preprocess/declare/oneHot.ts';
import { regression } from '../../../src/preprocess/declare/regression.ts';
import type { Target } from '../../../src/preprocess/declare/target.ts';
import { checkRows } from '../../../src/preprocess/encode/checkRows.ts';
import { encode } from '../../../src/preprocess/encode/encode.ts';
import { type Preprocessor, restorePreprocessor } from '../../../src/preprocess/encode/preprocessor.ts';
import { createFitter } from '../../../src/preprocess/fit/fitter.ts';
import type { Batch } from '../../../src/source/types.ts';
import { holdTo } from '../../holdTo.ts';
import { batchOf } from '../batchOf.ts';

type Columns = Parameters<typeof batchOf>[0];

function fitOn(features: Record<string, Feature>, target: Target, ...batches: (Columns | Batch)[]): Preprocessor {
  const all = batches.map((batch) => ('records' in batch ? (batch as Batch) : batchOf(batch as Columns)));
  const fitter = createFitter({ features, target }, all[0].records.schema);
  for (const batch of all) fitter.add(batch);
  return fitter.finish();
}

/** The words of each row: numbers for `numbers` and `target`, codes elsewhere. */
function encoded(preprocessor: Preprocessor, batch: Columns | Batch, counters = { missing: 0, unseen: 0 }): number[][] {
  const given = 'records' in batch ? (batch as Batch) : batchOf(batch as Columns);
  const { words, fields } = preprocessor.layout;
  const floats = preprocessor.encoder().encode(given, counters);
  const ints = new Int32Array(floats.buffer);
  const isFloat = new Array<boolean>(words).fill(false);
  for (const field of fields) {
    if (field.kind === 'numbers') isFloat.fill(true, field.word, field.word + field.count);
    if (field.kind === 'target') isFloat[field.word] = true;
  }
  return Array.from({ length: floats.length / words }, (_, row) =>
    isFloat.map((float, word) => (float ? floats : ints)[row * words + word]),
  );
}

/** What one feature becomes, fitted on the same rows. */
function feature(
  declared: Feature,
  values: Columns[string],
  counters?: { missing: number; unseen: number },
): number[][] {
  const length = Array.isArray(values) ? values.length : (values as { length: number }).length;
  const columns = { a: values, y: Array.from({ length }, () => 0) };
  return encoded(fitOn({ a: declared }, binary('y'), columns), columns, counters).map((row) => row.slice(0, -1));
}

const f64 = (values: (number | null)[]) => vectorFromArray(values, new Float64());
const text = (values: (string | null)[]) => vectorFromArray(values, new Utf8());

const small = () => batchOf({ a: f64([1, 3, null]), b: text(['x', 'y', 'x']), y: f64([0, 1, 1]) });
const smallFit = () => fitOn({ a: numeric(), b: embedding(2) }, binary('y'), small());

holdTo(
  test,
  operatorLaws('checkRows', {
    make: () => checkRows({ features: { a: numeric() }, target: regression('y') }),
    inputs: () => [batchOf({ a: [1, 2], y: [1, 2] }), batchOf({ a: [3, Infinity], y: [3, 4] })],
  }),
);
holdTo(
  test,
  operatorLaws('encode', {
    make: () => encode(smallFit()),
    inputs: () => [small(), { ...small(), selected: Uint32Array.of(1) }],
  }),
);

test('scales to mean 0 and deviation 1', (t) => {
  // mean 2, deviation sqrt((1 + 1) / 2) = 1
  t.deepEqual(feature(numeric(), [1, 3]), [[-1], [1]]);
});

test('scales to the range from 0 to 1', (t) => {
  t.deepEqual(feature(numeric({ scale: 'minMax' }), [2, 6, 4]), [[0], [1], [0.5]]);
});

test('leaves numbers as they are when asked to', (t) => {
  t.deepEqual(feature(numeric({ scale: 'none' }), [2, 6]), [[2], [6]]);
});

test('puts the mean in the place of nulls and NaN, and counts them', (t) => {
  const counters = { missing: 0, unseen: 0 };
  t.deepEqual(feature(numeric({ scale: 'none' }), f64([2, null, 6, Number.NaN]), counters), [[2], [4], [6], [4]]);
  t.is(counters.missing, 2);
});

test('says in a second column where a value was missing', (t) => {
  t.deepEqual(feature(numeric({ missing: 'indicator' }), f64([1, null, 3])), [
    [-1, 0],
    [0, 1],
    [1, 0],
  ]);
});

test('puts a constant, in the unit of the column, in the place of a null', (t) => {
  t.deepEqual(feature(numeric({ missing: { constant: 5 } }), f64([1, null, 3])), [[-1], [3], [1]]);
});

test('refuses a null where it is declared an error, and names the row', (t) => {
  t.throws(() => feature(numeric({ missing: 'error' }), f64([1, null, 3])), {
    name: 'DataError',
    message: /^numeric a: row 1 \(counted from 0\): expected a value, got null or NaN\. Declare/,
  });
});

test('makes a constant column 0', (t) => {
  t.deepEqual(feature(numeric(), f64(new Array(7).fill(0.1))), new Array(7).fill([0]));
  t.deepEqual(feature(numeric({ scale: 'minMax' }), [3, 3]), [[0], [0]]);
});

test('refuses a column of nulls', (t) => {
  for (const declared of [numeric(), numeric({ missing: { constant: 1 } })]) {
    t.throws(() => feature(declared, f64([null, null])), {
      name: 'DataError',
      message: /^numeric a: expected at least one value in the training rows, got nulls only\. Leave the feature out/,
    });
  }
  t.throws(() => feature(oneHot(), text([null])), {
    name: 'DataError',
    message: /^oneHot a: expected at least one value/,
  });
  t.throws(() => feature(numeric(), vectorFromArray([null], new Null())), { name: 'DataError' });
});

test('refuses an infinity when fitting and when encoding', (t) => {
  t.throws(() => feature(numeric(), [1, Number.POSITIVE_INFINITY]), {
    name: 'DataError',
    message: /numeric a: row 1 .* got Infinity/,
  });
  const preprocessor = fitOn({ a: numeric() }, binary('y'), { a: [1, 2], y: [0, 1] });
  const counters = { missing: 0, unseen: 0 };
  const encoder = preprocessor.encoder();
  encoder.encode(batchOf({ a: [1, 2], y: [0, 1] }), counters);
  t.throws(() => encoder.encode(batchOf({ a: [1, Number.NEGATIVE_INFINITY], y: [0, 1] }), counters), {
    message: /row 3 .* float32 .* got -Infinity/,
  });
});

test('refuses a number that float32 cannot hold', (t) => {
  t.throws(() => feature(numeric({ scale: 'none' }), [1e39, 1]), {
    message: /row 0 .* float32 can hold once scaled, got 1e\+39/,
  });
});

test('takes numbers of every type, and booleans', (t) => {
  const expected = [[-1], [1]];
  t.deepEqual(feature(numeric(), vectorFromArray([1, 3], new Int32())), expected);
  t.deepEqual(feature(numeric(), vectorFromArray([1n, 3n], new Int64())), expected);
  t.deepEqual(feature(numeric(), vectorFromArray([1, 3], new Float32())), expected);
  t.deepEqual(feature(numeric(), vectorFromArray([false, true], new Bool())), expected);
  t.deepEqual(feature(numeric(), vectorFromArray([new Date(0), new Date(5)], new TimestampMillisecond())), expected);
});

test('fits mean and deviation whatever the record batches, far from zero too', (t) => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 10 }), fc.constantFrom(0, 1e8), (all, size, offset) => {
      const moved = all.map((value) => value + offset);
      const parts = Array.from({ length: Math.ceil(moved.length / size) }, (_, i) =>
        moved.slice(i * size, (i + 1) * size),
      );
      const preprocessor = fitOn({ a: numeric() }, binary('y'), ...parts.map((a) => ({ a, y: a.map(() => 0) })));
      const { features } = preprocessor.state as unknown as { features: { shift: number; scale: number }[] };
      const mean = moved.reduce((sum, value) => sum + value, 0) / moved.length;
      const deviation = Math.sqrt(moved.reduce((sum, value) => sum + (value - mean) ** 2, 0) / moved.length);
      t.true(Math.abs(features[0].shift - mean) <= 1e-12 * (offset + 1e3));
      if (deviation > 1e-3) t.true(Math.abs(features[0].scale - deviation) <= 1e-6 * deviation);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('gives categories codes by how often they occur, then by value, after the place for the unseen', (t) => {
  const a = text(['c', 'b', 'a', 'b', 'a', 'd', 'b']);
  // b 3, a 2, c 1, d 1
  t.deepEqual(feature(oneHot(), a).flat(), [3, 1, 2, 1, 2, 4, 1]);
  t.deepEqual(feature(embedding(4, { maxSize: 2 }), a).flat(), [0, 1, 2, 1, 2, 0, 1]);
  t.deepEqual(feature(embedding(4, { minCount: 2 }), a).flat(), [0, 1, 2, 1, 2, 0, 1]);
});

test('encodes strings alike, plain, large or in a dictionary', (t) => {
  const values = ['é', 'bb', null, '', 'é', 'a\u0000b', '€'];
  const expected = feature(oneHot(), text(values));
  t.deepEqual(feature(oneHot(), vectorFromArray(values, new LargeUtf8())), expected);
  t.deepEqual(feature(oneHot(), vectorFromArray(values, new Dictionary(new Utf8(), new Int32()))), expected);
});

test('takes integers and booleans as categories', (t) => {
  t.deepEqual(feature(oneHot(), vectorFromArray([5n, -7n, 5n], new Int64())).flat(), [1, 2, 1]);
  t.deepEqual(feature(oneHot(), [5000, 0.5, 5000]).flat(), [1, 2, 1]);
  t.deepEqual(feature(oneHot(), vectorFromArray([true, false], new Bool())).flat(), [2, 1]);
});

test('gives a category that fitting has not seen code 0, and counts it', (t) => {
  const counters = { missing: 0, unseen: 0 };
  const preprocessor = fitOn({ a: oneHot() }, binary('y'), { a: text(['x', 'y']), y: [0, 1] });
  const rows = encoded(preprocessor, { a: text(['y', 'new', null]), y: [0, 0, 0] }, counters);
  t.deepEqual(
    rows.map(([code]) => code),
    [2, 0, 0],
  );
  t.deepEqual(counters, { missing: 1, unseen: 1 });
});

test('gives nulls a category of their own when asked to, whether fitting saw one or not', (t) => {
  const declared = oneHot({ missing: 'category' });
  t.deepEqual(feature(declared, text(['x', null, 'y'])).flat(), [2, 1, 3]);
  t.deepEqual(feature(declared, text(['x', 'y'])).flat(), [2, 3]);
});

test('refuses a null category where it is declared an error', (t) => {
  t.throws(() => feature(embedding(2, { missing: 'error' }), text(['x', null])), {
    name: 'DataError',
    message: /^embedding a: row 1/,
  });
});

test('refuses integers beyond 2^53 as categories', (t) => {
  t.throws(() => feature(oneHot(), vectorFromArray([1n, 2n ** 60n], new Int64())), {
    name: 'DataError',
    message: /^oneHot a: row 1/,
  });
});

test('lays out numbers and one-hots first, embeddings after them', (t) => {
  const columns = { e: text(['x', 'y']), n: [1, 2], o: text(['u', 'u']), m: f64([null, 1]), y: [0, 1] };
  const { layout, columns: needed } = fitOn(
    { e: embedding(3), n: numeric(), o: oneHot(), m: numeric({ missing: 'indicator' }) },
    binary('y'),
    columns,
  );
  t.deepEqual(layout, {
    words: 6,
    width: 8,
    fields: [
      { kind: 'numbers', name: 'n', word: 0, column: 0, count: 1 },
      { kind: 'oneHot', name: 'o', word: 1, column: 1, size: 2 },
      { kind: 'numbers', name: 'm', word: 2, column: 3, count: 2 },
      { kind: 'embedding', name: 'e', word: 4, column: 5, size: 3, width: 3 },
      { kind: 'target', name: 'y', word: 5 },
    ],
  });
  t.deepEqual(needed, ['e', 'n', 'o', 'm', 'y']);
});

test('fits the selected rows only', (t) => {
  const batch = { ...batchOf({ a: [1, 100, 3, 100], y: [0, 7, 1, 7] }), selected: Uint32Array.of(0, 2) };
  t.deepEqual(encoded(fitOn({ a: numeric() }, binary('y'), batch), batch), [
    [-1, 0],
    [1, 1],
  ]);
});

test('reads slices of record batches', (t) => {
  const { records } = batchOf({
    a: f64([9, null, 3, 1, null]),
    b: text(['z', null, 'x', 'yy', 'x']),
    y: vectorFromArray([true, false, true, false, true], new Bool()),
  });
  const slice = { records: records.slice(1, 5).slice(1), cursor: null };
  const preprocessor = fitOn({ a: numeric(), b: embedding(1) }, binary('y'), slice);
  t.deepEqual(encoded(preprocessor, slice), [
    [1, 1, 1],
    [-1, 2, 0],
    [0, 1, 1],
  ]);
});

test('takes 0 and 1, false and true as a binary label', (t) => {
  const labels = (y: Columns[string]) =>
    encoded(fitOn({ a: numeric() }, binary('y'), { a: [1, 2], y }), { a: [1, 2], y }).map(([, label]) => label);
  t.deepEqual(labels([0, 1]), [0, 1]);
  t.deepEqual(labels(vectorFromArray([true, false], new Bool())), [1, 0]);
});

for (const [bad, received] of [
  [2, '2'],
  [0.5, '0.5'],
  [null, 'null'],
  [Number.NaN, 'NaN'],
] as const) {
  test(`refuses the binary label ${received} and names its row`, (t) => {
    t.throws(
      () => fitOn({ a: numeric() }, binary('y'), { a: [1, 2], y: f64([0, 1]) }, { a: [1, 2], y: f64([0, bad]) }),
      {
        name: 'DataError',
        message: new RegExp(
          `^binary y: row 3 \\(counted from 0\\): expected 0 or 1, false or true, got ${received}\\.`,
        ),
      },
    );
    const preprocessor = fitOn({ a: numeric() }, binary('y'), { a: [1, 2], y: f64([0, 1]) });
    t.throws(() => encoded(preprocessor, { a: [1, 2], y: f64([1, bad]) }), { message: /^binary y: row 1 / });
  });
}

test('numbers classes by their value, or as they are named', (t) => {
  const columns = { a: [1, 2, 3], y: text(['b', 'a', 'b']) };
  const found = fitOn({ a: numeric() }, classes('y'), columns);
  t.deepEqual(found.target, { kind: 'classes', column: 'y', classes: ['a', 'b'] });
  t.deepEqual(
    encoded(found, columns).map(([, y]) => y),
    [1, 0, 1],
  );
  const named = fitOn({ a: numeric() }, classes('y', { names: ['b', 'c', 'a'] }), columns);
  t.deepEqual(
    encoded(named, columns).map(([, y]) => y),
    [0, 2, 0],
  );
});

test('refuses a class that is not named or was not there when fitting', (t) => {
  const columns = { a: [1, 2], y: text(['b', 'x']) };
  t.throws(() => fitOn({ a: numeric() }, classes('y', { names: ['a', 'b'] }), columns), {
    name: 'DataError',
    message: /^classes y: row 1 .*: expected one of a, b, got "x"/,
  });
  const preprocessor = fitOn({ a: numeric() }, classes('y'), columns);
  t.throws(() => encoded(preprocessor, { a: [1], y: text(['c']) }), { message: /^classes y: row 0 .* got "c"/ });
});

test('refuses fewer than two classes', (t) => {
  t.throws(() => fitOn({ a: numeric() }, classes('y'), { a: [1], y: text(['b']) }), {
    name: 'DataError',
    message: /two or more classes/,
  });
  t.throws(() => classes('y', { names: ['a'] }), {
    name: 'OptionError',
    message: /^classes: names: expected two or more/,
  });
});

test('scales a regression label and keeps the unit', (t) => {
  const columns = { a: [1, 2], y: [10, 30] };
  const preprocessor = fitOn({ a: numeric() }, regression('y'), columns);
  t.deepEqual(preprocessor.target, { kind: 'regression', column: 'y', mean: 20, deviation: 10 });
  t.deepEqual(
    encoded(preprocessor, columns).map(([, y]) => y),
    [-1, 1],
  );
  t.deepEqual(fitOn({ a: numeric() }, regression('y', { scale: 'none' }), columns).target, {
    kind: 'regression',
    column: 'y',
    mean: 0,
    deviation: 1,
  });
});

test('is restored from its state, through JSON, with the same hash and the same words', (t) => {
  const columns = {
    a: f64([0.1, null, 1e-9]),
    b: text(['x', 'é', 'x']),
    c: vectorFromArray([true, false, true], new Bool()),
    y: text(['u', 'v', 'u']),
  };
  const preprocessor = fitOn({ a: numeric(), b: embedding(2), c: oneHot() }, classes('y'), columns);
  const restored = restorePreprocessor(JSON.parse(JSON.stringify(preprocessor.state)));
  t.is(restored.hash, preprocessor.hash);
  t.regex(restored.hash, /^[0-9a-f]{64}$/);
  t.deepEqual(restored.layout, preprocessor.layout);
  t.deepEqual(encoded(restored, columns), encoded(preprocessor, columns));
});

test('has another hash when anything fitted differs', (t) => {
  const hash = (a: number[]) => fitOn({ a: numeric() }, binary('y'), { a, y: [0, 1] }).hash;
  t.is(hash([1, 2]), hash([1, 2]));
  t.not(hash([1, 2]), hash([1, 2.0000000000000004]));
});

test('refuses a state that is none', (t) => {
  for (const state of [null, {}, { format: 2, features: [], target: {} }] as Json[]) {
    t.throws(() => restorePreprocessor(state), { name: 'CheckpointError' });
  }
});

test('refuses a column that is missing or of another type than when it was fitted', (t) => {
  const preprocessor = fitOn({ distance: numeric(), b: oneHot() }, binary('y'), {
    distance: [1, 2],
    b: text(['x', 'y']),
    y: [0, 1],
  });
  t.throws(() => encoded(preprocessor, { distnace: [1], b: text(['x']), y: [0] }), {
    name: 'SchemaError',
    message: /^numeric distance: expected a column distance, got the columns distnace, b, y\. Did you mean distnace/,
  });
  t.throws(() => encoded(preprocessor, { distance: [1], b: [3], y: [0] }), {
    name: 'SchemaError',
    message: /^oneHot b: expected column b to hold string, as it did when it was fitted, got Float64/,
  });
});

test('takes a column of nulls without a type for any column', (t) => {
  const preprocessor = fitOn({ a: numeric(), b: oneHot() }, binary('y'), { a: [1, 3], b: text(['x', 'y']), y: [0, 1] });
  const nothing = vectorFromArray([null], new Null());
  t.deepEqual(encoded(preprocessor, { a: nothing, b: nothing, y: [0] }), [[0, 0, 0]]);
});

test('refuses a column whose type changes within the stream', (t) => {
  t.throws(() => fitOn({ a: oneHot() }, binary('y'), { a: [1], y: [0] }, { a: text(['x']), y: [0] }), {
    name: 'SchemaError',
    message: /^oneHot a: expected number, as in the record batches before, got string/,
  });
});

test('refuses strings as numbers, and says what to do', (t) => {
  t.throws(
    () =>
      createFitter(
        { features: { a: numeric() }, target: binary('y') },
        batchOf({ a: text(['x']), y: [0] }).records.schema,
      ),
    {
      name: 'SchemaError',
      message: /^numeric a: expected column a to hold number, boolean, timestamp, got Utf8\. Declare strings as oneHot/,
    },
  );
});

test('refuses to fit on nothing', (t) => {
  t.throws(
    () => fitOn({ a: numeric() }, binary('y'), { ...batchOf({ a: [1], y: [0] }), selected: new Uint32Array(0) }),
    {
      name: 'DataError',
      message: /expected at least one row on the training side, got none of 1 rows/,
    },
  );
});

test('refuses no features, and the target among the features', (t) => {
  t.throws(() => createFitter({ features: {}, target: binary('y') }), {
    name: 'OptionError',
    message: /^createFitter: features/,
  });
  t.throws(() => createFitter({ features: { y: numeric() }, target: binary('y') }), {
    message: /other than the target y/,
  });
});

test('encodes rows without a label when asked to', (t) => {
  const preprocessor = smallFit();
  let words: number[] = [];
  from([batchOf({ a: [3], b: text(['y']) })])
    .pipe(encode(preprocessor, { labels: false }))
    .subscribe((batch) => {
      words = [...batch.words];
    });
  t.is(words[0], 1);
  t.is(words[2], 0);
});

test('writes over the words of the record batch before, the gaps too, only where memory is used again', (t) => {
  const preprocessor = fitOn({ a: numeric({ scale: 'none', missing: 'indicator' }) }, binary('y'), {
    a: [1, null],
    y: [0, 1],
  });
  const batches = [batchOf({ a: [null, null], y: [1, 1] }), batchOf({ a: [5], y: [0] })];
  const fresh = preprocessor.encoder();
  const reusing = preprocessor.encoder({ reuse: true });
  const buffers = [fresh, reusing].map((encoder) => {
    const words = batches.map((batch) => encoder.encode(batch, { missing: 0, unseen: 0 }));
    t.deepEqual([...words[1]], [5, 0, 0]);
    return new Set(words.map(({ buffer }) => buffer)).size;
  });
  t.deepEqual(buffers, [2, 1]);
});

test('refuses options that are out of bounds', (t) => {
  t.throws(() => numeric({ scale: 'log' as never }), { name: 'OptionError', message: /^numeric: scale: / });
  t.throws(() => numeric({ missing: { constant: Number.NaN } }), {
    message: /^numeric: missing\.constant: expected a finite number, got NaN/,
  });
  t.throws(() => oneHot({ maxSize: 0 }), { message: /^oneHot: maxSize: expected an integer of at least 1, got 0/ });
  t.throws(() => embedding(2, { minCount: 1.5 }), { message: /^embedding: minCount: / });
  t.throws(() => embedding(0), { message: /^embedding: width: / });
  t.throws(() => oneHot({ missing: 'mean' as never }), { message: /^oneHot: missing: / });
  t.throws(() => regression('y', { scale: 'minMax' as never }), { message: /^regression: scale: / });
});

test('robust scaling puts the median at 0 and the quartiles 1 apart, or the range 2 where they are one', (t) => {
  // Of 0, 1, 2, 3, 100: quartiles 1 and 3, median 2.
  t.deepEqual(feature(numeric({ scale: 'robust' }), f64([0, 1, 2, 3, 100])), [[-1], [-0.5], [0], [0.5], [49]]);
  t.deepEqual(feature(numeric({ scale: 'robust' }), f64([5, 5, 5, 5, 9])), [[0], [0], [0], [0], [2]]);
  t.deepEqual(feature(numeric({ scale: 'robust' }), f64([7, 7])), [[0], [0]]);
});

test('smooth clipping keeps small numbers and bounds large ones', (t) => {
  // x / sqrt(1 + (x / 3)²): of 3 it is 3 / sqrt(2).
  const clipped = feature(numeric({ scale: 'none', clip: 'smooth' }), f64([0, 3, -3, 1e30, -1e-30]));
  t.deepEqual(
    clipped,
    [[0], [3 / Math.SQRT2], [-3 / Math.SQRT2], [3], [-1e-30]].map(([x]) => [Math.fround(x)]),
  );
});

test('a piecewise linear number is how far it has come in each of its bins', (t) => {
  // Four bins of 0 ... 8 with edges 0, 2, 4, 6, 8.
  const columns = { a: f64([0, 1, 2, 3, 4, 5, 6, 7, 8]), y: Array.from({ length: 9 }, () => 0) };
  const fitted = fitOn(
    { a: numeric({ embed: 'piecewiseLinear', bins: 4, missing: 'indicator' }) },
    binary('y'),
    columns,
  );
  const given = { a: f64([0, 3, 4, 8, -2, 11, null]), y: Array.from({ length: 7 }, () => 0) };
  t.deepEqual(
    encoded(fitted, given).map((row) => row.slice(0, -1)),
    [
      [0, 0, 0, 0, 0],
      [1, 0.5, 0, 0, 0],
      [1, 1, 0, 0, 0],
      [1, 1, 1, 1, 0],
      [0, 0, 0, 0, 0],
      [1, 1, 1, 1, 0],
      // The mean, 4, and the last column says that it was missing.
      [1, 1, 0, 0, 1],
    ],
  );
});

test('bins are as few as the different values of a column, and one where there is only one', (t) => {
  const two = feature(numeric({ embed: 'piecewiseLinear' }), f64([1, 1, 1, 3, 3, 3, 1, 3]));
  t.deepEqual(two[0], [0]);
  t.deepEqual(two[3], [1]);
  t.deepEqual(feature(numeric({ embed: 'piecewiseLinear' }), f64([5, 5, 5])), [[0], [0], [0]]);
});

test('options of numeric that exclude each other are refused by name', (t) => {
  const expected = { name: 'OptionError' };
  t.like(
    t.throws(() => numeric({ embed: 'piecewiseLinear', scale: 'robust' })),
    { ...expected, where: 'numeric: scale' },
  );
  t.like(
    t.throws(() => numeric({ embed: 'piecewiseLinear', clip: 'smooth' })),
    { ...expected, where: 'numeric: clip' },
  );
  t.like(
    t.throws(() => numeric({ bins: 4 })),
    { ...expected, where: 'numeric: bins' },
  );
  t.like(
    t.throws(() => numeric({ embed: 'piecewiseLinear', bins: 1 })),
    { ...expected, where: 'numeric: bins' },
  );
});
