import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Dictionary,
  DurationMillisecond,
  DurationSecond,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Null,
  Table,
  TimeMicrosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  tableToIPC,
  Uint8,
  Uint32,
  Uint64,
  Utf8,
  Utf8View,
  vectorFromArray,
} from 'apache-arrow';
import test, { type ExecutionContext } from 'ava';
import {
  arrowIpc,
  concatSources,
  csv,
  DataError,
  files,
  interleave,
  memory,
  mix,
  parquet,
  SchemaError,
} from '../../../src/index.ts';
import { quiet, read } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import type { Source } from '../../../src/source/types.ts';
import { holdTo } from '../../holdTo.ts';
import { folder } from '../parquet/parquetFile.ts';
import { writeParquet } from '../parquet/writeParquet.ts';

const sourceOf = (
  columns: Readonly<Record<string, readonly [values: readonly unknown[], type: DataType]>>,
  name: string,
) =>
  memory(
    new Table(
      Object.fromEntries(
        Object.entries(columns).map(([column, [values, type]]) => [column, vectorFromArray(values, type)]),
      ),
    ),
    { name },
  );

async function textFiles(t: ExecutionContext, texts: readonly string[]): Promise<string[]> {
  const here = await folder(t);
  return texts.map((text, i) => {
    const path = join(here, `${i}.csv`);
    writeFileSync(path, text);
    return path;
  });
}

test('codes with zeros before them in one file of text are codes in all', async (t) => {
  const paths = await textFiles(t, ['zip,y\n12,1\n13,2\n', 'zip,y\n04,3\n', 'zip,y\n07,\n']);
  const source = files(paths, csv);
  const rows = [
    ['12', 1n],
    ['13', 2n],
    ['04', 3n],
    ['07', null],
  ];
  t.deepEqual((await read(source)).rows, rows);
  const all = await read(source);
  for (const [i, from] of all.cursors.entries()) {
    t.deepEqual((await read(source, { from })).rows, rows.slice([0, 2, 3][i]));
  }
  t.deepEqual((await read(concatSources(...paths.map((path) => csv(path))), { columns: ['zip'] })).rows.flat(), [
    '12',
    '13',
    '04',
    '07',
  ]);
});

test('types that are given, or that a format has, are not told anew', async (t) => {
  const paths = await textFiles(t, ['a,b\n1,1\n', 'a,b\n07,2\n']);
  const given = files(paths, (path) => csv(path, { types: path === paths[0] ? { a: 'int64' } : {} }));
  t.is(`${(await given.schema()).fields}`, 'b: Int64');
  await t.throwsAsync(read(given), { instanceOf: SchemaError, message: /a is Int64 in .* and Utf8 in / });
});

const listOf = (item: DataType) => new List(new Field('item', item, true));
const pairOf = (item: DataType) => new FixedSizeList(2, new Field('item', item, true));
const category = (index: Int8 | Int16) => new Dictionary(new Utf8(), index);

/** Two types, the values of a column of each, the type of both together, and the values that come of them, if they are not those. */
const common: readonly (readonly [
  a: DataType,
  values: readonly unknown[],
  b: DataType,
  others: readonly unknown[],
  type: string,
  expected?: readonly unknown[],
])[] = [
  [new Int32(), [1, null, -3], new Int64(), [-4n, 2n ** 60n, null], 'Int64', [1n, null, -3n, -4n, 2n ** 60n, null]],
  [new Int8(), [-128, 127], new Int16(), [1000], 'Int16'],
  [new Uint8(), [200], new Int8(), [-1], 'Int16'],
  [new Uint32(), [4e9], new Int32(), [-1], 'Int64', [4_000_000_000n, -1n]],
  [new Uint8(), [255], new Uint32(), [4e9], 'Uint32'],
  [new Uint64(), [5n], new Int64(), [-5n], 'Float64', [5, -5]],
  [new Int64(), [5n, null, 2n ** 53n - 1n], new Float64(), [0.5, null], 'Float64', [5, null, 2 ** 53 - 1, 0.5, null]],
  [new Int32(), [1, null], new Float32(), [0.5], 'Float64'],
  [new Float16(), [0.5, -2], new Float32(), [1.25], 'Float32'],
  [new Float32(), [0.5, null], new Float64(), [0.1], 'Float64'],
  [new Null(), [null, null], new Int32(), [7], 'Int32'],
  [new Utf8(), ['a', null], new Null(), [null], 'Utf8'],
  [new Bool(), [true, null], new Null(), [null, null], 'Bool'],
  [new Null(), [null], new TimestampMillisecond(), [5], 'Timestamp<MILLISECOND>'],
  [new Null(), [null], category(new Int8()), ['x', null], 'Dictionary<Int8, Utf8>'],
  [new Null(), [null], pairOf(new Float64()), [[1, 2]], 'FixedSizeList[2]<Float64>'],
  [new Null(), [null], listOf(new Float64()), [[1, 2, 3]], 'List<Float64>'],
  [category(new Int8()), ['x', null, 'y', 'x'], category(new Int16()), ['z'], 'Dictionary<Int32, Utf8>'],
  [category(new Int8()), ['xy', null, '', 'xy'], new Utf8(), ['abc', null], 'Utf8'],
  [new LargeUtf8(), ['größe', null, ''], new Utf8(), ['abc'], 'Utf8'],
  [new Utf8View(), ['a string of more than twelve', null, 'b'], new LargeUtf8(), ['c'], 'Utf8'],
  [new TimestampSecond(), [1000, null], new TimestampMicrosecond(), [2000], 'Timestamp<MICROSECOND>'],
  [new DateDay(), [86_400_000, null], new TimestampMillisecond(), [5], 'Timestamp<MILLISECOND>'],
  [new TimestampSecond('UTC'), [1000], new TimestampMillisecond('UTC'), [5], 'Timestamp<MILLISECOND, UTC>'],
  [
    new TimeSecond(),
    [5, null],
    new TimeMicrosecond(),
    [7_000_000n],
    'Time64<MICROSECOND>',
    [5_000_000n, null, 7_000_000n],
  ],
  [new DurationSecond(), [5n], new DurationMillisecond(), [7n], 'Duration<MILLISECOND>', [5000n, 7n]],
  [listOf(new Int32()), [[1, 2], null], listOf(new Float64()), [[0.5]], 'List<Float64>'],
  [pairOf(new Float32()), [[1, 2], null], pairOf(new Float64()), [[0.1, 0.2]], 'FixedSizeList[2]<Float64>'],
];

for (const [a, values, b, others, type, expected = [...values, ...others]] of common) {
  test(`${a} and ${b} are ${type}`, async (t) => {
    const first = () => sourceOf({ x: [values, a] }, 'first');
    const second = () => sourceOf({ x: [others, b] }, 'second');
    const shown = (of: readonly unknown[]) => of.map((value) => (Array.isArray(value) ? `[${value}]` : value));
    for (const [source, rows] of [
      [concatSources(first(), second()), expected],
      [concatSources(second(), first()), [...expected.slice(values.length), ...expected.slice(0, values.length)]],
    ] as const) {
      const found = await read(source);
      t.is(found.columns, `x: ${type}`);
      t.is((await source.schema()).fields.map(String).join(), `x: ${type}`);
      t.deepEqual(
        found.rows.map(([value]) => value),
        shown(rows),
      );
    }
  });
}

for (const [a, values, b, others] of [
  [new Int64(), [1n], new Utf8(), ['a']],
  [new Bool(), [true], new Int32(), [1]],
  [new TimestampSecond('UTC'), [1000], new TimestampSecond(), [1000]],
  [new DurationSecond(), [1n], new Int64(), [1n]],
  [pairOf(new Float64()), [[1, 2]], listOf(new Float64()), [[1, 2]]],
  [new Binary(), [new Uint8Array(1)], new Utf8(), ['a']],
] as readonly (readonly [DataType, unknown[], DataType, unknown[]])[]) {
  test(`${a} and ${b} are in the way of those who want the column, with the name of both`, async (t) => {
    const source = concatSources(
      sourceOf({ x: [values, a], y: [[1], new Int8()] }, 'first'),
      sourceOf({ y: [[2], new Int8()], x: [others, b] }, 'second'),
    );
    t.deepEqual((await read(source, { columns: ['y'] })).rows, [[1], [2]]);
    const error = await t.throwsAsync(read(source, { columns: ['x'] }), { instanceOf: SchemaError });
    t.true(
      error?.message.includes(
        `expected one of the columns y, got x: x is ${a} in memory first and ${b} in memory second.`,
      ),
      error?.message,
    );
  });
}

const note = { note: [['n', 'n'], new Utf8()] } as const;
const drifted = (more: Parameters<typeof sourceOf>[0] = note): Source[] => [
  sourceOf({ a: [[1, 2, 3], new Int32()], y: [['u', null, 'v'], new Utf8()] }, 'day 1'),
  sourceOf({ y: [['w', 'w'], category(new Int8())], ...more, a: [[4.5, null], new Float64()] }, 'day 2'),
  sourceOf({ a: [[null, null], new Null()], y: [['x', null], new LargeUtf8()] }, 'day 3'),
];
const rows = [
  [1, 'u'],
  [2, null],
  [3, 'v'],
  [4.5, 'w'],
  [null, 'w'],
  [null, 'x'],
  [null, null],
];

holdTo(
  test,
  sourceLaws('concatSources of sources that have drifted', () => concatSources(...drifted({}))),
);
holdTo(
  test,
  sourceLaws('interleave of sources that have drifted', () => interleave(...drifted({}))),
);
holdTo(
  test,
  sourceLaws('mix of sources that have drifted', () => mix(drifted({}), { weights: [1, 2, 1], seed: 7, drawRows: 1 })),
);

test('columns come in the order of the first, whoever puts the sources together', async (t) => {
  t.deepEqual((await read(concatSources(...drifted({})))).rows, rows);
  t.deepEqual(
    (await read(concatSources(...drifted()), { columns: ['y'] })).rows,
    rows.map(([, y]) => [y]),
  );
  const sorted = (of: readonly unknown[][]) => of.map((row) => JSON.stringify(row)).sort();
  t.deepEqual(sorted((await read(interleave(...drifted({})))).rows), sorted(rows));
  t.deepEqual(sorted((await read(mix(drifted({}), { weights: [1, 1, 1], seed: 7 }))).rows), sorted(rows));
});

test('a column that some have not is left out with a word where all are read, and an error where it is wanted', async (t) => {
  const lines: string[] = [];
  await read(concatSources(...drifted()), { tell: (line) => lines.push(line) });
  t.deepEqual(lines, [
    'concatSources of memory day 1, memory day 2, memory day 3: a column is left out, since memory day 1 has no column note',
  ]);
  await read(concatSources(...drifted()), { tell: (line) => lines.push(line), columns: ['a', 'y'] });
  t.is(lines.length, 1);
  await t.throwsAsync(read(concatSources(...drifted()), { columns: ['a', 'note'] }), {
    instanceOf: SchemaError,
    message: /got note: memory day 1 has no column note\. Write that file anew with it, or leave the column out\.$/,
  });
});

test('an integer that a float does not hold is an error with its place', async (t) => {
  const source = concatSources(
    sourceOf({ x: [[0.5], new Float64()] }, 'a'),
    sourceOf({ x: [[7n, null, 2n ** 53n + 1n], new Int64()] }, 'b'),
  );
  await t.throwsAsync(read(source), {
    instanceOf: DataError,
    message:
      /^memory b, row 2, column x: expected an integer up to 2\^53, since the column is one of floats elsewhere, got 9007199254740993\.$/,
  });
});

test('a time that the finer unit does not reach is an error with its place', async (t) => {
  const source = concatSources(
    sourceOf({ x: [[1000], new TimestampNanosecond()] }, 'a'),
    sourceOf({ x: [[0, 1e15], new TimestampSecond()] }, 'b'),
  );
  const error = await t.throwsAsync(read(source), { instanceOf: DataError });
  t.regex(error?.message ?? '', /^memory b, row 1, column x: expected a time that Timestamp<NANOSECOND> reaches/);
});

test('sources that share no column are refused', async (t) => {
  await t.throwsAsync(read(concatSources(memory([{ x: 1 }]), memory([{ z: 1 }], { name: 'words' }))), {
    instanceOf: SchemaError,
    message: /expected columns that all of them have, got none: memory words has no column x\./,
  });
});

test('what a value of text has made of a column is said where the others differ', async (t) => {
  const texts = ['n,y\n1,0\n2,1\n', 'n,y\n3,0\nn/a,1\n'];
  const source = files(['1.csv', '2.csv'], (path) => csv(() => [Buffer.from(texts[Number(path[0]) - 1]!)]));
  t.is((await read(source, { columns: ['y'] })).rows.length, 4);
  const error = await t.throwsAsync(read(source, { columns: ['n'] }), { instanceOf: SchemaError });
  t.regex(error?.message ?? '', /n is Int64 in csv stream and Utf8 in csv stream: .*n\/a.*nulls/);
});

test('files of Parquet and Arrow whose columns have drifted are read as one', async (t) => {
  const here = await folder(t);
  const readers = { parquet, arrowIpc };
  const paths: string[] = [];
  for (const [i, source] of drifted().entries()) {
    for await (const { records } of source.open({ signal: quiet() })) {
      for (const [reader, write] of [
        ['parquet', writeParquet],
        ['arrowIpc', tableToIPC],
      ] as const) {
        const path = join(here, `${i}.${reader}`);
        writeFileSync(path, write(new Table(records)));
        paths.push(path);
      }
    }
  }
  const open = (path: string) => readers[path.split('.').at(-1) as keyof typeof readers](path);
  const source = files(paths, open);
  const twice = [rows.slice(0, 3), rows.slice(3, 5), rows.slice(5)].flatMap((part) => [...part, ...part]);
  const { rows: found, columns } = await read(source, { columns: ['a', 'y'] });
  t.is(columns, 'a: Float64, y: Utf8');
  t.deepEqual(found, twice);
  const error = await t.throwsAsync(read(source, { columns: ['note'] }), { instanceOf: SchemaError });
  t.true(error?.message.includes(`got note: parquet ${paths[0]} has no column note.`));
});
