import {
  DateDay,
  Float64,
  Int32,
  Int64,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import fc from 'fast-check';
import { operatorLaws } from '../../../src/laws/operatorLaws.ts';
import { cyclical } from '../../../src/preprocess/derive/cyclical.ts';
import { dayOfWeek } from '../../../src/preprocess/derive/dayOfWeek.ts';
import { dayOfYear } from '../../../src/preprocess/derive/dayOfYear.ts';
import type { Derivation } from '../../../src/preprocess/derive/derivation.ts';
import { derive } from '../../../src/preprocess/derive/derive.ts';
import { deriveColumns } from '../../../src/preprocess/derive/deriveColumns.ts';
import { derivedSchema } from '../../../src/preprocess/derive/derivedSchema.ts';
import { hourOfDay } from '../../../src/preprocess/derive/hourOfDay.ts';
import { sourceColumns } from '../../../src/preprocess/derive/sourceColumns.ts';
import { holdTo } from '../../holdTo.ts';
import { batchOf } from '../batchOf.ts';

type Columns = Parameters<typeof batchOf>[0];

/** The values of the columns that a derivation adds. */
function derived(derivation: Derivation, columns: Columns): unknown[][] {
  const records = derivation.apply(batchOf(columns).records);
  return derivation.names.map((name) => [...(records.getChild(name) ?? [])]);
}

holdTo(
  test,
  operatorLaws('deriveColumns', {
    make: () =>
      deriveColumns([derive('b', ['a'], (a: number) => a + 1), derive('c', ['b', 's'], (b, s) => `${b}${s}`)]),
    inputs: () => [batchOf({ a: [1, null, 3], s: ['x', 'y', 'z'] }), batchOf({ a: [4], s: ['x'] })],
  }),
);

test('calls the function once a row and skips rows with a null', (t) => {
  const seen: unknown[] = [];
  const sum = derive('sum', ['a', 'b'], (a: number, b: number) => {
    seen.push([a, b]);
    return a + b;
  });
  t.deepEqual(derived(sum, { a: [1, null, 3], b: [10, 20, 30] }), [[11, null, 33]]);
  t.deepEqual(seen, [
    [1, 10],
    [3, 30],
  ]);
});

test('calls the function once for rows of a record batch that hold the same small integer', (t) => {
  const seen: number[] = [];
  const half = derive('half', ['a'], (a: number) => {
    seen.push(a);
    return a / 2;
  });
  const a = vectorFromArray([3, -2, 3, null, 1e6, -2, 1e6], new Int32());
  t.deepEqual(derived(half, { a }), [[1.5, -1, 1.5, null, 5e5, -1, 5e5]]);
  t.deepEqual(seen, [3, -2, 1e6, 1e6]);
  derived(half, { a });
  t.is(seen.length, 8);
});

test('gives each row what the function gives, whatever integers come how often', (t) => {
  const functions: Readonly<Record<string, (a: number) => number | boolean | string | null>> = {
    number: (a) => a / 7,
    boolean: (a) => a % 3 === 0,
    string: (a) => `${a % 5}`,
    'number or null': (a) => (a % 2 ? a : null),
  };
  const integer = fc.oneof(fc.integer({ min: -2060, max: -2040 }), fc.integer({ min: 6130, max: 6150 }), fc.nat(9));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(integer, fc.constant(null)), { minLength: 1 }),
      fc.constantFrom(...Object.keys(functions)),
      (all, name) => {
        const fn = functions[name];
        const { records } = batchOf({ a: vectorFromArray(all, new Int32()) });
        const selected = Uint32Array.from(all.keys()).filter((row) => row % 3 > 0);
        const column = derive('x', ['a'], fn).apply(records, selected).getChild('x');
        for (const row of selected) {
          const a = all[row];
          t.is(column?.get(row), a === null ? null : fn(a));
        }
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

test('refuses each of the rows for whose integer the function throws', (t) => {
  const refused: number[] = [];
  const { records } = batchOf({ a: vectorFromArray([1, 2, 1, 2], new Int32()) });
  const inverse = derive('x', ['a'], (a: number) => {
    if (a === 2) throw new Error('two');
    return a;
  });
  const column = inverse.apply(records, undefined, ({ row }) => refused.push(row)).getChild('x');
  t.deepEqual(refused, [1, 3]);
  t.deepEqual([...(column ?? [])], [1, null, 1, null]);
});

test('passes nulls when asked to', (t) => {
  const isThere = derive('there', ['a'], (a: number | null) => a !== null, { nulls: 'pass' });
  t.deepEqual(derived(isThere, { a: [1, null] }), [[true, false]]);
});

test('gives numbers, booleans and strings', (t) => {
  t.deepEqual(
    derived(
      derive('x', ['a'], (a: number) => a / 2),
      { a: [1, 2] },
    ),
    [[0.5, 1]],
  );
  t.deepEqual(
    derived(
      derive('x', ['a'], (a: number) => a > 1),
      { a: [1, 2] },
    ),
    [[false, true]],
  );
  t.deepEqual(
    derived(
      derive('x', ['s'], (s: string) => s.toUpperCase()),
      { s: ['é', null, 'b', 'é'] },
    ),
    [['É', null, 'B', 'É']],
  );
});

test('reads 64-bit integers as numbers and points in time as milliseconds', (t) => {
  const big = vectorFromArray([-5n, 2n ** 53n - 1n, null], new Int64());
  t.deepEqual(
    derived(
      derive('x', ['a'], (a: number) => a),
      { a: big },
    ),
    [[-5, 2 ** 53 - 1, null]],
  );
  for (const type of [
    new TimestampSecond(),
    new TimestampMillisecond(),
    new TimestampMicrosecond(),
    new TimestampNanosecond(),
  ]) {
    const time = vectorFromArray([new Date(1000), new Date(-86_400_000)], type);
    t.deepEqual(
      derived(
        derive('x', ['a'], (a: number) => a),
        { a: time },
      ),
      [[1000, -86_400_000]],
    );
  }
});

test('refuses an integer that float64 cannot hold', (t) => {
  const big = vectorFromArray([1n, 2n ** 53n + 1n], new Int64());
  t.throws(
    () =>
      derived(
        derive('x', ['a'], (a: number) => a),
        { a: big },
      ),
    {
      name: 'DataError',
      message: /derive x: column a, row 1 .* up to 2\^53/,
    },
  );
});

test('refuses a result of another type, and undefined', (t) => {
  t.throws(
    () =>
      derived(
        derive('x', ['a'], (a: number) => (a > 1 ? 'one' : 1)),
        { a: [1, 2] },
      ),
    {
      name: 'DataError',
      message: /derive x, row 1 .* give a number or null, got 'one'/,
    },
  );
  t.throws(() => derived(derive('x', ['a'], (() => undefined) as never), { a: [1] }), {
    message: /a string or null, got nothing. Does it return/,
  });
});

test('leaves out rows that are not selected', (t) => {
  const { records } = batchOf({ a: [1, 2, null, 4] });
  const seen: number[] = [];
  const twice = derive('x', ['a'], (a: number) => {
    seen.push(a);
    return 2 * a;
  });
  const out = twice.apply(records, Uint32Array.of(1, 2));
  t.deepEqual(seen, [2]);
  t.deepEqual(
    [1, 2].map((row) => out.getChild('x')?.get(row)),
    [4, null],
  );
});

test('gives a column without a type where there is no result', (t) => {
  t.is(
    `${derive('x', ['a'], (a: number) => a).apply(batchOf({ a: vectorFromArray([null], new Float64()) }).records).schema.fields[1].type}`,
    'Null',
  );
});

test('is described by its source text', (t) => {
  const { description } = derive('late', ['delay'], (delay) => delay > 15);
  t.deepEqual(description, {
    verb: 'derive',
    name: 'late',
    columns: ['delay'],
    fn: '(delay) => delay > 15',
    type: null,
    nulls: 'skip',
  });
});

const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });

test('takes hour, weekday and day of the year as Date does, before and after 1970', (t) => {
  fc.assert(
    fc.property(fc.array(dates, { minLength: 1 }), (all) => {
      const date = vectorFromArray(all, new TimestampMillisecond());
      t.deepEqual(derived(hourOfDay('date'), { date }), [all.map((day) => day.getUTCHours())]);
      t.deepEqual(derived(dayOfWeek('date'), { date }), [all.map((day) => (day.getUTCDay() + 6) % 7)]);
      const newYear = (day: Date) => new Date(0).setUTCFullYear(day.getUTCFullYear(), 0, 1);
      t.deepEqual(derived(dayOfYear('date'), { date }), [
        all.map((day) => Math.floor((+day - newYear(day)) / 86_400_000) + 1),
      ]);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('keeps a microsecond before midnight in its hour', (t) => {
  const date = batchOf({ date: vectorFromArray([new Date(0)], new TimestampMicrosecond()) }).records;
  const values = date.data.children[0].values as BigInt64Array;
  values[0] = BigInt(Date.UTC(2001, 0, 2)) * 1000n - 1n;
  t.deepEqual([...(hourOfDay('date').apply(date).getChild('hour') ?? [])], [23]);
});

test('takes dates without a time, and keeps nulls', (t) => {
  const date = vectorFromArray([new Date('2024-02-29'), null], new DateDay());
  t.deepEqual(derived(dayOfYear('date', { as: 'day' }), { date }), [[60, null]]);
  t.deepEqual(derived(hourOfDay('date'), { date }), [[0, null]]);
});

test('places a number on a circle', (t) => {
  const [sin, cos] = derived(cyclical('hour', { period: 24 }), { hour: [0, 6, null] }) as number[][];
  t.deepEqual([sin[0], sin[1], sin[2]], [0, 1, null]);
  t.is(cos[0], 1);
  t.true(Math.abs(cos[1]) < 1e-15);
});

test('refuses text as a point in time, and says what to do', (t) => {
  t.throws(() => hourOfDay('date').apply(batchOf({ date: vectorFromArray(['2001-01-01'], new Utf8()) }).records), {
    name: 'SchemaError',
    message: /hourOfDay date: expected column date to hold timestamp, got Utf8. For text/,
  });
});

test('refuses bad options', (t) => {
  t.throws(() => cyclical('hour', { period: 0 }), { name: 'OptionError', message: /^cyclical: period/ });
  t.throws(() => derive('', ['a'], () => 1), { message: /^derive: name/ });
  t.throws(() => derive('x', [], () => 1), { message: /^derive: columns/ });
  t.throws(() => derive('x', ['a'], () => 1, { type: 'date' as never }), { message: /^derive: type/ });
});

test('finds the source columns under derived ones', (t) => {
  const derivations = [hourOfDay('date'), cyclical('hour', { period: 24 }), derive('late', ['delay'], () => true)];
  t.deepEqual(sourceColumns(derivations, ['hourSin', 'distance']), ['distance', 'date']);
  t.deepEqual(sourceColumns(derivations, ['late']), ['delay']);
});

test('checks derivations against a schema before the first row', (t) => {
  const { schema } = batchOf({ date: vectorFromArray([new Date(0)], new TimestampMillisecond()) }).records;
  const after = derivedSchema([hourOfDay('date'), cyclical('hour', { period: 24 })], schema);
  t.deepEqual(
    after.fields.map(({ name }) => name),
    ['date', 'hour', 'hourSin', 'hourCos'],
  );
  t.throws(() => derivedSchema([hourOfDay('dte')], schema), { message: /expected a column dte.* Did you mean date/ });
  t.throws(() => derivedSchema([hourOfDay('date', { as: 'date' })], schema), {
    message: /got date, which is there already/,
  });
});
