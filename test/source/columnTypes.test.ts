import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Binary,
  BinaryView,
  Bool,
  type DataType,
  DateDay,
  DateMillisecond,
  Decimal,
  Dictionary,
  DurationMicrosecond,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  IntervalYearMonth,
  LargeList,
  LargeUtf8,
  List,
  makeData,
  Null,
  Struct,
  Table,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  tableToIPC,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import test from 'ava';
import {
  arrowIpc,
  binary,
  derive,
  embedding,
  type Feature,
  filterRows,
  jsonLines,
  memory,
  numeric,
  parquet,
  SchemaError,
  type Source,
  vector,
} from '../../src/index.ts';
import { sliceRows } from '../../src/job/scoring/sliceRows.ts';
import { quiet } from '../../src/laws/readSource.ts';
import { createFitter } from '../../src/operators.ts';
import { writeParquet } from './parquet/writeParquet.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-types-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
let files = 0;
function fileOf(bytes: Uint8Array): string {
  const path = join(home, `${files++}`);
  writeFileSync(path, bytes);
  return path;
}

/** Record batches of two rows: those of a file are cut where no byte of a bitmap begins. */
const batchRows = 2;
const through: Readonly<Record<string, (table: Table) => Source>> = {
  memory: (table) => memory(table),
  'an Arrow file': (table) => arrowIpc(fileOf(tableToIPC(table, 'file')), { batchRows }),
  'an Arrow stream': (table) => arrowIpc(fileOf(tableToIPC(table, 'stream')), { batchRows }),
  parquet: (table) => parquet(fileOf(writeParquet(table)), { batchRows }),
};

type Plain = number | boolean | string | null;
const item = (type: DataType) => new Field('item', type, true);

/** A column of what lies in memory as integers of so many words of 32 bits, from the lowest on: Arrow would make them from rounded numbers. */
function integersAs(type: DataType, words: number, values: readonly (bigint | null)[]): Vector {
  const data = new Uint32Array(values.length * words);
  const bits = new Uint8Array(1);
  for (const [row, value] of values.entries()) {
    if (value === null) continue;
    bits[0]! |= 1 << row;
    for (let word = 0; word < words; word++)
      data[row * words + word] = Number((value >> BigInt(32 * word)) & 0xffffffffn);
  }
  const nullCount = values.filter((value) => value === null).length;
  const { ArrayType } = type;
  return new Vector([
    makeData({ type, length: values.length, nullCount, nullBitmap: bits, data: new ArrayType(data.buffer) } as never),
  ]);
}

const integers = [5, null, -7, 127, 5];
const naturals = [5, null, 7, 255, 5];
const times = [86_399, null, 0, 7, 86_399];
const moments = ['1969-12-31T23:59:59.000Z', null, '2001-02-03T04:05:06.789Z', '9999-12-31T23:00:00Z', '1677-01-01'];
const ms = moments.map((each) => each && Date.parse(each));
const days = ms.map((each) => each && 86_400_000 * Math.floor(each / 86_400_000));
const words = ['é', null, '', 'a string of more than twelve bytes', 'é'];
const inUnit = (values: readonly (number | null | '')[], per: number) =>
  values.map((each) => (typeof each === 'number' ? BigInt(each) * BigInt(per) : null));
/** As nanoseconds, 64 bits reach from 1677-09-21 to 2262-04-11. */
const near = ms.map((each) => (each && Math.abs(each) < 4e12 ? each : null));

/** Of each type five values with a null, and what they are in JavaScript. */
const cases: Readonly<Record<string, readonly [DataType, readonly unknown[], readonly Plain[]]>> = {
  int8: [new Int8(), integers, integers],
  int16: [new Int16(), integers, integers],
  int32: [new Int32(), [5, null, -(2 ** 31), 2 ** 31 - 1, 5], [5, null, -(2 ** 31), 2 ** 31 - 1, 5]],
  int64: [
    new Int64(),
    [5n, null, -(2n ** 53n) + 1n, 2n ** 53n - 1n, 5n],
    [5, null, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 5],
  ],
  uint8: [new Uint8(), naturals, naturals],
  uint16: [new Uint16(), naturals, naturals],
  uint32: [new Uint32(), [5, null, 0, 2 ** 32 - 1, 5], [5, null, 0, 2 ** 32 - 1, 5]],
  uint64: [new Uint64(), [5n, null, 0n, 2n ** 53n - 1n, 5n], [5, null, 0, Number.MAX_SAFE_INTEGER, 5]],
  float16: [new Float16(), [0.5, null, -2, 65_504, 0.5], [0.5, null, -2, 65_504, 0.5]],
  float32: [new Float32(), [0.5, null, -2, 2 ** 100, 0.5], [0.5, null, -2, 2 ** 100, 0.5]],
  float64: [new Float64(), [0.1, null, -2, 1e300, 0.1], [0.1, null, -2, 1e300, 0.1]],
  boolean: [new Bool(), [true, null, false, true, true], [true, null, false, true, true]],
  date32: [new DateDay(), days, days],
  date64: [new DateMillisecond(), days, days],
  'time in seconds': [new TimeSecond(), times, times.map((each) => each && each * 1e3)],
  'time in milliseconds': [new TimeMillisecond(), times, times],
  'time in microseconds': [new TimeMicrosecond(), inUnit(times, 1), times.map((each) => each && each / 1e3)],
  'time in nanoseconds': [new TimeNanosecond(), inUnit(times, 1000), times.map((each) => each && each / 1e3)],
  duration: [new DurationMicrosecond(), inUnit(times, 1e3), times],
  'timestamp in seconds': [new TimestampSecond(), days, days],
  'timestamp in milliseconds': [new TimestampMillisecond(), ms, ms],
  'timestamp in microseconds with a zone': [new TimestampMicrosecond('Europe/Berlin'), ms, ms],
  string: [new Utf8(), words, words],
  'large string': [new LargeUtf8(), words, words],
  'string view': [new Utf8View(), words, words],
  'dictionary of strings': [new Dictionary(new Utf8(), new Int8()), words, words],
  'dictionary of large strings': [new Dictionary(new LargeUtf8(), new Uint16()), words, words],
  'dictionary of string views': [new Dictionary(new Utf8View(), new Int32()), words, words],
  'dictionary of numbers': [new Dictionary(new Int32(), new Uint8()), integers, integers],
  null: [new Null(), [null, null, null, null, null], [null, null, null, null, null]],
};

const decimalValues = [12_345n, null, -5n, 999_999_999n, 12_345n];
const decimalNumbers = [123.45, null, -0.05, 9_999_999.99, 123.45];
const vectors: Readonly<Record<string, readonly [Vector, readonly Plain[]]>> = {
  ...Object.fromEntries(
    Object.entries(cases).map(([name, [type, given, plain]]) => [name, [vectorFromArray([...given], type), plain]]),
  ),
  ...Object.fromEntries(
    [32, 64, 128, 256].map((bits) => [
      `decimal of ${bits} bits`,
      [integersAs(new Decimal(2, 9, bits), bits / 32, decimalValues), decimalNumbers],
    ]),
  ),
  'timestamp in nanoseconds': [integersAs(new TimestampNanosecond('UTC'), 2, inUnit(near, 1e6)), near],
};

/** Which of the types an encoder of another library leaves out. */
const unwritten: readonly string[] = ['dictionary of string views'];

/** The column `v`, beside a label that nothing is about. */
const tableOf = (v: Vector) => new Table({ v, y: vectorFromArray(Array.from({ length: v.length }, (_, i) => i % 2)) });

/** The encoded words of a feature of `v`, row by row, and what was fitted. */
async function encode(source: Source, feature: Feature) {
  const fitter = createFitter({ features: { v: feature }, target: binary('y') }, await source.schema());
  const batches = await Array.fromAsync(source.open({ signal: quiet() }));
  for (const batch of batches) fitter.add(batch);
  const preprocessor = fitter.finish();
  const { words } = preprocessor.layout;
  const encoder = preprocessor.encoder();
  const rows = batches.flatMap((batch) => {
    const floats = encoder.encode(batch, { missing: 0, unseen: 0 }).slice();
    const integers = new Int32Array(floats.buffer);
    return Array.from({ length: batch.records.numRows }, (_, row) => ({
      numbers: [...floats.subarray(row * words, row * words + words - 1)],
      code: integers[row * words]!,
    }));
  });
  const { features } = preprocessor.state as unknown as { readonly features: readonly { readonly values: Plain[] }[] };
  return { rows, values: features[0]!.values };
}

/** What a derivation from `v` is called with, row by row; for values that come again it may be called once. */
async function derivedFrom(source: Source): Promise<Plain[]> {
  const given: Plain[] = [];
  const note = (value: Plain) => {
    if (!given.includes(value)) given.push(value);
    return given.indexOf(value);
  };
  const derivation = derive('d', ['v'], note as never, { nulls: 'pass' });
  derivation.fields(await source.schema());
  const rows: Plain[] = [];
  for await (const { records } of source.open({ signal: quiet() })) {
    for (const at of derivation.apply(records).getChild('d')!) rows.push(given[at]!);
  }
  return rows;
}

/** What the predicate of a filter over `v` is called with, row by row, and what is told of rows for which it throws. */
async function filteredBy(source: Source) {
  const given: Plain[] = [];
  const predicate = (value: Plain) => {
    given.push(value);
    throw new Error('none of these');
  };
  const told: unknown[] = [];
  const filtered = filterRows(source, ['v'], predicate as never, { onAlarm() {} });
  for await (const { refused = [] } of filtered.open({ signal: quiet(), badRows: 'return' }))
    told.push(...refused.map(({ values }) => values?.v));
  return { given, told };
}

/** The name of the slice that each row is in. */
async function slicesOf(source: Source): Promise<string[]> {
  const names: string[] = [];
  for await (const batch of source.open({ signal: quiet() })) {
    const { order, groups } = sliceRows(batch, 'v');
    const inBatch: string[] = [];
    for (const { value, begin, end } of groups) for (const at of order.subarray(begin, end)) inBatch[at] = value;
    names.push(...inBatch);
  }
  return names;
}

for (const [name, [column, plain]] of Object.entries(vectors)) {
  test(`${name}: a filter gets what a derivation gets, and rows are told of and sliced by the same`, async (t) => {
    for (const [way, sourceOf] of Object.entries(through)) {
      // It gives record batches as the others do, from a thread for each reading.
      if (way === 'parquet') continue;
      const source = sourceOf(tableOf(column));
      const { given, told } = await filteredBy(source);
      t.deepEqual(given, [...plain], way);
      t.deepEqual(told, [...plain], way);
      const isTime = /date|timestamp/.test(name);
      const shown = plain.map((each) =>
        each === null ? '(null)' : isTime ? new Date(Number(each)).toISOString() : `${each}`,
      );
      t.deepEqual(await slicesOf(source), shown, way);
    }
  });

  test(`${name}: numbers, categories and arguments are the values that the column has, from every source`, async (t) => {
    for (const [way, sourceOf] of Object.entries(through)) {
      if (way === 'parquet' && unwritten.includes(name)) continue;
      const source = sourceOf(tableOf(column));
      t.deepEqual(await derivedFrom(source), [...plain], way);
      if (plain.every((each) => each === null)) continue;
      if (typeof plain[0] !== 'string' && name !== 'float64') {
        const { rows } = await encode(source, numeric({ scale: 'none', missing: 'indicator' }));
        const expected = plain.map((each) => [Math.fround(Number(each)), Number(each === null)]);
        const found = rows.map(({ numbers: [number, flag] }) => [flag === 1 ? 0 : number, flag]);
        t.deepEqual(found, expected, way);
      }
      if (/date|timestamp|float/.test(name)) continue;
      const { rows, values } = await encode(source, embedding(2));
      t.deepEqual(
        rows.map(({ code }) => values[code - 1] ?? null),
        [...plain],
        way,
      );
    }
  });
}

/** Vectors with a null among them, which is where no byte of a bitmap begins once the rows are cut. */
const lists = [[1, 2], [3, 4], null, [5, 6], [7, 8]];
for (const [name, type, given] of [
  ['fixed-size list of float16', new FixedSizeList(2, item(new Float16())), lists],
  ['fixed-size list of float64', new FixedSizeList(2, item(new Float64())), lists],
  ['fixed-size list of int64', new FixedSizeList(2, item(new Int64())), lists.map((each) => each?.map(BigInt) ?? null)],
  ['list of uint8', new List(item(new Uint8())), lists],
  ['large list of float32', new LargeList(item(new Float32())), lists],
] as const) {
  test(`${name}: vectors are the numbers that the column has, from every source`, async (t) => {
    for (const [way, sourceOf] of Object.entries(through)) {
      const source = sourceOf(tableOf(vectorFromArray([...given], type)));
      const { rows } = await encode(source, vector(2, { scale: 'none', missing: 'mean' }));
      t.deepEqual(
        rows.map(({ numbers }) => numbers),
        lists.map((each) => each ?? [4.5, 4.5]),
        way,
      );
    }
  });
}

for (const [name, listOf] of [
  ['arrays of numbers', (list: number[]) => list],
  ['arrays of booleans', (list: number[]) => list.map((number) => number > 4)],
  ['arrays of bigints', (list: number[]) => list.map(BigInt)],
  ['a Float32Array', (list: number[]) => Float32Array.from(list)],
  ['a Uint8Array', (list: number[]) => Uint8Array.from(list)],
] as const) {
  test(`${name}: vectors are the numbers that objects have, in memory and in lines of JSON`, async (t) => {
    const objects = lists.map((list, i) => ({ v: list && listOf(list), y: i % 2 }));
    const plain = lists.map((list) => list && Array.from<unknown, number>(listOf(list), Number));
    const text = objects
      .map(({ v, y }, i) => `{"v":${/boolean/.test(name) && v ? `[${v}]` : JSON.stringify(plain[i])},"y":${y}}\n`)
      .join('');
    const mean = plain.flatMap((list) => list ?? []).reduce((sum, each) => sum + each, 0) / 8;
    for (const [way, source] of Object.entries({
      memory: memory(objects),
      'an iterable': memory(() => objects.values(), { batchRows }),
      jsonLines: jsonLines(fileOf(Buffer.from(text)), { batchRows }),
    })) {
      const { rows } = await encode(source, vector(2, { scale: 'none', missing: 'mean' }));
      t.deepEqual(
        rows.map(({ numbers }) => numbers),
        plain.map((list) => list ?? [mean, mean]),
        way,
      );
    }
  });
}

const bytes = [Uint8Array.of(1, 2), null];
for (const [name, type, given] of [
  ['Binary', new Binary(), bytes],
  ['BinaryView', new BinaryView(), bytes],
  ['FixedSizeBinary[2]', new FixedSizeBinary(2), bytes],
  ['Interval<YEAR_MONTH>', new IntervalYearMonth(), [Int32Array.of(5), null]],
  ['Struct<{item:Int32}>', new Struct([item(new Int32())]), [{ item: 1 }, null]],
  ['List<Utf8>', new List(item(new Utf8())), [['a'], null]],
] as const) {
  test(`${name} is refused by name, with its column, and is read where nothing asks for it`, async (t) => {
    for (const [way, sourceOf] of Object.entries(through)) {
      const source = sourceOf(tableOf(vectorFromArray(given as readonly unknown[], type)));
      t.is(String((await source.schema()).fields[0]?.type), name, way);
      for (const attempt of [
        () => encode(source, numeric()),
        () => encode(source, embedding(2)),
        () => encode(source, vector(2)),
        () => derivedFrom(source),
        () => filteredBy(source),
      ]) {
        const error = await t.throwsAsync(attempt(), { instanceOf: SchemaError }, way);
        t.regex(
          error?.message ?? '',
          /^(numeric|embedding|vector|derive|filterRows by) [vd].*: expected column v to hold /,
        );
        t.true(error?.message.includes(`got ${name}`), error?.message);
      }
      const read = await Array.fromAsync(source.open({ signal: quiet() }), ({ records }) => records.numRows);
      t.deepEqual(read, [2]);
    }
  });
}
