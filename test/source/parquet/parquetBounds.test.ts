import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import test from 'ava';
import fc from 'fast-check';
import { quiet } from '../../../src/laws/readSource.ts';
import { concatSources } from '../../../src/source/combine/concatSources.ts';
import { filterRows } from '../../../src/source/combine/filterRows.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { files } from '../../../src/source/files/files.ts';
import { localFile } from '../../../src/source/input/localFile.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { parquetBounds } from '../../../src/source/parquet/parquetBounds.ts';
import { readParquetFooter } from '../../../src/source/parquet/parquetEnds.ts';
import { readThrift } from '../../../src/source/parquet/thriftReader.ts';
import type { Source } from '../../../src/source/types.ts';
import { folder } from './parquetFile.ts';

const flights = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));

async function sql(...statements: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  let rows: readonly Record<string, unknown>[] = [];
  for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowObjectsJson();
  connection.closeSync();
  return rows;
}

/** The bounds of a column in each row group, by another reader of the footer. */
async function boundsBySql(path: string, column: string): Promise<(readonly [unknown, unknown])[]> {
  const rows = await sql(
    `select stats_min_value a, stats_max_value b from parquet_metadata('${path}') where path_in_schema = '${column}' order by row_group_id`,
  );
  return rows.map(({ a, b }) => [a, b] as const);
}

test('the bounds of the flights are those that another reader finds', async (t) => {
  const footer = await readParquetFooter(localFile('parquet', flights), undefined);
  const times = (await boundsBySql(flights, 'date')).map((bounds) =>
    bounds.map((text) => Date.parse(`${text}`.replace(' ', 'T').concat('Z'))),
  );
  t.is(times.length, 11);
  t.deepEqual(parquetBounds(footer, 'date'), times as never);
  const delays = (await boundsBySql(flights, 'delay')).map((bounds) => bounds.map(Number));
  t.deepEqual(parquetBounds(footer, 'delay'), delays as never);
});

test('bounds are known of numbers and times of every width, and of nothing else', async (t) => {
  const path = join(await folder(t), 'types.parquet');
  await sql(`copy (select
      (i % 100 - 50)::tinyint "tiny", (i - 100)::integer "int", i::bigint * 1000000007 - 5 "big", (i / 7)::float "single", (i / 7)::double "double",
      date '1969-12-01' + i::integer "date",
      make_timestamp_ms(i * 86400000 - 5) "ms", make_timestamp(i * 1000 - 5) "us", make_timestamp_ns(i * 1000000 - 5) "ns",
      (i % 200)::utinyint "small", i::ubigint "unsigned", i::decimal(18, 2) "decimal", 'x' || i "word", i % 2 = 0 "flag", null::integer "nothing",
      {'int': i} "nested", [i] "list"
    from range(4096) r(i)) to '${path}' (row_group_size 2048)`);
  const footer = await readParquetFooter(localFile('parquet', path), undefined);
  const day = 86_400_000;
  /** What a column holds in the rows from 0 and from 2048 on, where it grows with them. */
  const growing = (value: (i: number) => number) => [0, 2048].map((i) => [value(i), value(i + 2047)] as const);
  const whole = [-50, 49] as const;
  const expected: Record<string, readonly (readonly [number, number])[]> = {
    tiny: [whole, whole],
    int: growing((i) => i - 100),
    big: growing((i) => i * 1_000_000_007 - 5),
    single: growing((i) => Math.fround(i / 7)),
    double: growing((i) => i / 7),
    date: growing((i) => (i - 31) * day),
    ms: growing((i) => i * day - 5),
    us: growing((i) => (i * 1000 - 5) / 1e3),
    ns: growing((i) => (i * 1_000_000 - 5) / 1e6),
  };
  for (const [column, bounds] of Object.entries(expected)) t.deepEqual(parquetBounds(footer, column), bounds, column);
  for (const column of ['small', 'unsigned', 'decimal', 'word', 'flag', 'nothing', 'nested', 'list', 'no such']) {
    t.deepEqual(parquetBounds(footer, column), [undefined, undefined], column);
  }
});

test('a damaged footer has no bounds', async (t) => {
  const footer = await readParquetFooter(localFile('parquet', flights), undefined);
  t.deepEqual(parquetBounds(new Uint8Array(), 'date'), []);
  fc.assert(
    fc.property(fc.nat(footer.length - 1), fc.nat(255), (at, byte) => {
      const damaged = footer.slice(0, at + 1);
      damaged[at] = byte;
      t.notThrows(() => parquetBounds(damaged, 'date'));
      const changed = footer.slice();
      changed[at] = byte;
      t.notThrows(() => parquetBounds(changed, 'date'));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('reads the compact protocol: negative numbers, long gaps between fields, booleans, lists', (t) => {
  // Field 1: -3; field 20 by its own number: true; field 21: a list of two booleans; field 22: a struct; field 23: bytes.
  const bytes = [0x15, 0x05, 0x01, 0x28, 0x19, 0x21, 0x01, 0x02, 0x1c, 0x12, 0x00, 0x18, 0x01, 0x61, 0x00];
  t.deepEqual(readThrift(Uint8Array.from(bytes)), {
    1: -3n,
    20: true,
    21: [true, false],
    22: { 1: false },
    23: Uint8Array.of(0x61),
  });
  t.throws(() => readThrift(Uint8Array.of(0x18, 0x7f)), { instanceOf: RangeError });
  t.throws(() => readThrift(Uint8Array.of(0x1d)), { instanceOf: RangeError });
});

async function rowsGiven(batches: AsyncIterable<{ readonly records: { readonly numRows: number } }>): Promise<number> {
  let rows = 0;
  for await (const { records } of batches) rows += records.numRows;
  return rows;
}

test('a night of the flights is read without the other months, through a filter, files and concat', async (t) => {
  const until = Date.UTC(2001, 3, 1);
  const range = { column: 'date', after: until - 86_400_000, until };
  const one = parquet(flights);
  const many: readonly Source[] = [
    one,
    filterRows(one, ['delay'], () => true),
    files([flights], parquet),
    concatSources(one),
  ];
  for (const source of many) {
    const options = { signal: quiet(), columns: ['date'] };
    t.is(await rowsGiven(source.openRange!(range, options)), 272_727, source.name);
  }
  // What counts rows cannot leave any out.
  t.is(limit(one, 5).openRange, undefined);
});
