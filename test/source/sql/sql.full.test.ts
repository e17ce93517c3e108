import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import test from 'ava';
import { DataError, OptionError, SchemaError, SourceError } from '../../../src/errors.ts';
import { describe, quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { type SqlOptions, sql } from '../../../src/source/sql/sql.ts';
import { holdTo } from '../../holdTo.ts';
import { folder } from '../parquet/parquetFile.ts';

const flights = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));

/** Runs statements in a database that is made where there is none. */
async function write(path: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const home = mkdtempSync(join(tmpdir(), 'millrace-sql-'));
const database = join(home, 'rows.duckdb');
test.before(() =>
  write(
    database,
    `CREATE TABLE numbered AS SELECT (range * 7) % 25 AS id, 'w' || range % 5 AS word, range / 4 AS part, range % 2 = 0 AS yes
     FROM range(25)`,
  ),
);
test.after.always(() => rm(home, { recursive: true, force: true }));

holdTo(
  test.serial,
  sourceLaws(
    'a table of a database',
    () => sql('SELECT * FROM numbered', { database, orderBy: 'id', batchRows: 4 }),
    (row) => row,
  ),
);
// DuckDB gives 2048 rows at a time.
holdTo(
  test.serial,
  sourceLaws('a query of many rows', () =>
    sql("SELECT range AS id, 'text number ' || range AS word FROM range(5000);", {
      orderBy: ['word'],
      batchRows: 1500,
    }),
  ),
);
holdTo(
  test.serial,
  sourceLaws(
    'rows that are alike',
    () => sql('SELECT range // 7 AS a, range // 14 AS b FROM range(40)', { orderBy: ['b', 'a'], batchRows: 6 }),
    (row) => row,
  ),
);

test.serial('gives the rows in the order that was asked for, nulls last', async (t) => {
  const { rows } = await read(sql('SELECT * FROM numbered WHERE id < 5', { database, orderBy: 'id' }));
  t.deepEqual(
    rows.map(([id]) => id),
    [0n, 1n, 2n, 3n, 4n],
  );
  const texts = "SELECT * FROM (VALUES ('b'), ('B'), (NULL), ('a'), ('é'), ('')) AS t(word)";
  t.deepEqual((await read(sql(texts, { orderBy: 'word' }))).rows.flat(), ['', 'B', 'a', 'b', 'é', null]);
  const numbers = "SELECT * FROM (VALUES ('nan'::DOUBLE, 1), (NULL, 2), ('-inf', 3), (0.5, 4)) AS t(x, y)";
  t.deepEqual(
    (await read(sql(numbers, { orderBy: 'x' }))).rows.map(([, y]) => y),
    [3, 4, 1, 2],
  );
});

const count = 5000;
/** By name: what makes a column of DuckDB out of `i`, the type in Arrow, and the same value in another way. */
const types: Readonly<Record<string, readonly [query: string, type: string, value: (i: number) => unknown]>> = {
  boolean: ['i % 3 = 0', 'Bool', (i) => i % 3 === 0],
  int8: ['(i % 256 - 128)::TINYINT', 'Int8', (i) => (i % 256) - 128],
  int16: ['(i - 2500)::SMALLINT', 'Int16', (i) => i - 2500],
  int32: ['((i - 2500) * 858993)::INTEGER', 'Int32', (i) => (i - 2500) * 858_993],
  int64: ['(i - 2500) * 3689348814741910', 'Int64', (i) => BigInt(i - 2500) * 3_689_348_814_741_910n],
  uint8: ['(i % 256)::UTINYINT', 'Uint8', (i) => i % 256],
  uint16: ['(i * 13)::USMALLINT', 'Uint16', (i) => i * 13],
  uint32: ['(i * 858993)::UINTEGER', 'Uint32', (i) => i * 858_993],
  uint64: ['i::UBIGINT * 3689348814741910', 'Uint64', (i) => BigInt(i) * 3_689_348_814_741_910n],
  float32: ['(i / 8 - 100)::FLOAT', 'Float32', (i) => i / 8 - 100],
  float64: ['i / 7', 'Float64', (i) => i / 7],
  short: ["'w' || i % 11", 'Utf8', (i) => `w${i % 11}`],
  long: ["repeat('é', i % 40) || i", 'Utf8', (i) => 'é'.repeat(i % 40) + i],
  blob: ["('\\xFF' || i)::BLOB", 'Binary', (i) => Buffer.concat([Buffer.of(0xff), Buffer.from(`${i}`)])],
  date: ["DATE '1970-01-01' + (i - 2500)::INTEGER", 'Date32<DAY>', (i) => (i - 2500) * 86_400_000],
  time: ["TIME '00:00:00' + INTERVAL (i) SECOND", 'Time64<MICROSECOND>', (i) => BigInt(i) * 1_000_000n],
  timestamp: ['make_timestamp(i * 1000 - 9000)', 'Timestamp<MICROSECOND>', (i) => i - 9],
  seconds: ['make_timestamp(i * 1000000)::TIMESTAMP_S', 'Timestamp<SECOND>', (i) => i * 1000],
  milliseconds: ['make_timestamp(i * 1000)::TIMESTAMP_MS', 'Timestamp<MILLISECOND>', (i) => i],
  nanoseconds: ['make_timestamp(i * 1000)::TIMESTAMP_NS', 'Timestamp<NANOSECOND>', (i) => i],
  zoned: ["make_timestamp(i * 1000) AT TIME ZONE 'UTC'", 'Timestamp<MICROSECOND, UTC>', (i) => i],
  enum: ["('w' || i % 3)::ENUM('w2', 'w1', 'w0')", 'Dictionary<Uint8, Utf8>', (i) => `w${i % 3}`],
  decimal4: ['((i % 100 - 50) / 4)::DECIMAL(4, 2)', 'Decimal[4e+2]', (i) => ((i % 100) - 50) * 25],
  decimal9: ['((i - 2500) / 4)::DECIMAL(9, 2)', 'Decimal[9e+2]', (i) => (i - 2500) * 25],
  decimal18: ['((i - 2500) * 1000000000)::DECIMAL(18, 2)', 'Decimal[18e+2]', (i) => (i - 2500) * 1e11],
  decimal38: ['((i - 2500) * 1000000000)::DECIMAL(38, 2)', 'Decimal[38e+2]', (i) => (i - 2500) * 1e11],
  huge: ['(i - 2500)::HUGEINT * 1000000000', 'Decimal[38e0]', (i) => (i - 2500) * 1e9],
  array: ['[i, -i, NULL]', 'FixedSizeList[3]<Int32>', (i) => [i, 0 - i, null]],
};

test.serial('reads the types of DuckDB, with nulls', async (t) => {
  const columns = Object.entries(types).map(([name, [query]]) => {
    // Of arrays DuckDB has no CASE.
    const cast = name === 'array' ? '::INTEGER[3]' : '';
    return `(CASE WHEN i % 10 <> 7 THEN ${query} END)${cast} AS "${name}"`;
  });
  const source = sql(`SELECT i, ${columns.join(', ')} FROM range(${count}) AS t(i)`, { orderBy: 'i', batchRows: 900 });
  const schema = await source.schema();
  t.is(
    describe(schema),
    ['i: Int64', ...Object.entries(types).map(([name, [, type]]) => `${name}: ${type}`)].join(', '),
  );
  for await (const { records, cursor } of source.open({ signal: quiet() })) {
    const first = cursor as number;
    for (const [name, [, , expected]] of Object.entries(types)) {
      const column = records.getChild(name)!;
      const got = Array.from({ length: records.numRows }, (_, row) => plain(column.get(row)));
      const wanted = got.map((_, row) => ((first + row) % 10 === 7 ? null : expected(first + row)));
      t.deepEqual(got, wanted, `${name} from row ${first}`);
    }
  }
});

/** Decimals as numbers, what is iterable as a list. */
function plain(value: unknown): unknown {
  if (value instanceof Uint32Array)
    return Number(
      BigInt.asIntN(
        128,
        [...value].reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n),
      ),
    );
  if (value instanceof Uint8Array) return Buffer.from(value);
  return typeof value === 'object' && value !== null ? [...(value as Iterable<unknown>)] : value;
}

test.serial('refuses columns of other types by name', async (t) => {
  for (const [query, type] of [
    ['INTERVAL 1 DAY', 'INTERVAL'],
    ["{'a': 1}", 'STRUCT'],
    ['[1, 2]', 'INTEGER\\[\\]'],
    ['uuid()', 'UUID'],
    ['1::UHUGEINT', 'UHUGEINT'],
    ["'101'::BIT", 'BIT'],
    ['MAP {1: 2}', 'MAP'],
    ["[{'a': 1}]::STRUCT(a INTEGER)[1]", 'STRUCT'],
  ] as const) {
    await t.throwsAsync(sql(`SELECT 1 AS id, ${query} AS odd`, { orderBy: 'id' }).schema(), {
      instanceOf: SchemaError,
      message: new RegExp(
        `, column 'odd': expected numbers.*, got ${type}.*Cast it in the query \\("?odd"?::VARCHAR\\)`,
      ),
    });
  }
});

test.serial('reads three million flights in order, each once', async (t) => {
  const columns = ['date', 'delay', 'distance', 'origin', 'destination'];
  const source = sql(`FROM '${flights}'`, { orderBy: columns });
  t.is(await source.rows(), 3_000_000);
  let [rows, delay, last] = [0, 0n, -Infinity];
  for await (const { records } of source.open({ signal: quiet(), columns: ['date', 'delay'] })) {
    const [dates, delays] = [0, 1].map((i) => records.getChildAt(i)?.toArray() as BigInt64Array);
    for (let i = 0; i < records.numRows; i++) {
      if (Number(dates![i]) < last) t.fail(`row ${rows + i}`);
      last = Number(dates![i]);
      delay += delays![i]!;
    }
    rows += records.numRows;
  }
  const [expected] = (await read(sql(`SELECT sum(delay)::BIGINT AS s FROM '${flights}'`, { orderBy: 's' }))).rows;
  t.deepEqual([rows, delay], [3_000_000, expected![0] as bigint]);
});

test.serial('refuses rows that the order does not tell apart, wherever they are, and names them', async (t) => {
  const alike = 'SELECT CASE WHEN range = 7 THEN 6 ELSE range END AS a, range AS b FROM range(20)';
  for (const batchRows of [1, 3, 7, 100]) {
    await t.throwsAsync(read(sql(alike, { orderBy: 'a', batchRows }), { columns: ['b'] }), {
      instanceOf: DataError,
      message: /, rows 6 and 7: expected no two rows alike in orderBy \(a\), got a = 6\. Add a column to orderBy/,
    });
    t.is((await read(sql(alike, { orderBy: ['a', 'b'], batchRows }))).rows.length, 20);
  }
  for (const [values, message] of [
    ['(NULL), (NULL)', /a = null/],
    ["('nan'::DOUBLE), ('nan'), (1)", /a = NaN/],
    ['(0.0::DOUBLE), (-0.0), (1)', /a = -?0/],
    ["('x'), ('y'), ('x')", /a = x/],
    ["('a text of some length'), ('a text of some length')", /a = a text of some length/],
    ["(DATE '2001-02-03'), (DATE '2001-02-03')", /a = 2001-02-03T00:00:00.000Z/],
    ['(true), (true)', /a = true/],
    ['(1.5), (1.5)', /a = /],
    ['([1, 2]::INTEGER[2]), ([1, 2])', /a = \[1,2\]/],
  ] as const) {
    const query = `SELECT a, row_number() OVER () AS b FROM (VALUES ${values}) AS t(a)`;
    await t.throwsAsync(read(sql(query, { orderBy: 'a' })), { instanceOf: DataError, message }, values);
  }
});

test.serial('takes parameters by number and by name', async (t) => {
  const { rows } = await read(
    sql('SELECT range AS id FROM range(10) WHERE range >= $1 AND range < $2', { orderBy: 'id', parameters: [3, 5] }),
  );
  t.deepEqual(rows, [[3n], [4n]]);
  const named = sql('SELECT 1 AS id, $word AS word, $part AS part, $yes AS yes', {
    orderBy: 'id',
    parameters: { word: "it's", part: 1.5, yes: true },
  });
  t.is(describe(await named.schema()), 'id: Int32, word: Utf8, part: Float64, yes: Bool');
  t.deepEqual((await read(named)).rows, [[1, "it's", 1.5, true]]);
});

test.serial('runs what comes before the query at each opening', async (t) => {
  const source = sql('FROM kept', {
    orderBy: 'x',
    setup: 'CREATE TABLE kept AS SELECT 7 AS x; INSERT INTO kept VALUES (8);',
  });
  for (let i = 0; i < 2; i++) t.deepEqual((await read(source)).rows, [[7], [8]]);
  const attached = sql('FROM other.numbered', { orderBy: 'id', setup: `ATTACH '${database}' AS other (READ_ONLY)` });
  t.is((await read(attached)).rows.length, 25);
});

test.serial('takes a query as people write it', async (t) => {
  for (const query of [
    'SELECT 1 AS x;',
    'SELECT 1 AS x ; \n',
    'SELECT 1 AS x -- all of it',
    'WITH a AS (SELECT 1 AS x)\nFROM a',
    'VALUES (1)',
  ]) {
    t.is((await read(sql(query, { orderBy: query === 'VALUES (1)' ? 'col0' : 'x' }))).rows.length, 1, query);
  }
  t.is(sql('SELECT  1\n  AS x;', { orderBy: 'x' }).name, 'sql SELECT 1 AS x');
  t.is(sql(`SELECT ${'1 + '.repeat(50)} 1 AS x`, { orderBy: 'x' }).name.length, 64);
});

test.serial('says what is wrong with the query, the database and the options', async (t) => {
  const damaged = join(home, 'damaged.duckdb');
  await writeFile(damaged, 'x'.repeat(10_000));
  for (const [query, options, message] of [
    ['SELEC 1 AS x', {}, /expected a query that DuckDB can run, got Parser Error: syntax error at or near "1"\.$/],
    ['SELECT 1 AS x; SELECT 2', {}, /Parser Error: syntax error/],
    ['DROP TABLE numbered', { database }, /Parser Error: syntax error/],
    ['FROM nowhere', {}, /Table with name nowhere does not exist/],
    ["FROM 'none.csv'", {}, /No files found/],
    ['SELECT $1 AS x', {}, /parameters/],
    [
      'SELECT 1 AS x',
      { database: join(home, 'none.duckdb') },
      /a DuckDB database that can be read, got .*does not exist/,
    ],
    ['SELECT 1 AS x', { database: damaged }, /not a valid DuckDB database/],
    ['SELECT 1 AS x', { setup: 'ATTACH nonsense' }, /expected a setup that DuckDB can run, got /],
    ['INSERT INTO numbered VALUES (1)', { database }, /syntax error/],
    ['SELECT 1 AS x', { database, setup: 'DELETE FROM numbered' }, /read-only/],
  ] as readonly (readonly [string, Partial<SqlOptions>, RegExp])[]) {
    for (const attempt of ['schema', 'rows', 'fingerprint'] as const) {
      const source = sql(query, { orderBy: 'x', ...options });
      await t.throwsAsync(source[attempt]() as Promise<unknown>, { instanceOf: SourceError, message }, query);
    }
    await t.throwsAsync(read(sql(query, { orderBy: 'x', ...options })), { instanceOf: SourceError, message });
  }
  // Known only when the rows are.
  const late = sql("SELECT CASE WHEN range < 3000 THEN range ELSE 'x'::INTEGER END AS x FROM range(4000)", {
    orderBy: 'x',
  });
  await t.throwsAsync(read(late), { instanceOf: SourceError, message: /Conversion Error/ });
  await t.throwsAsync(read(sql('SELECT 1 AS x', { orderBy: 'X1' })), {
    instanceOf: SchemaError,
    message: /orderBy: expected one of the columns x, got X1\./,
  });
  await t.throwsAsync(read(sql('SELECT 1 AS x', { orderBy: 'x' }), { from: 5 }), { message: /a row from 0 to 1/ });
  for (const options of [
    { orderBy: [] },
    { orderBy: undefined },
    { batchRows: 0 },
    { memoryMB: 0 },
    { threads: 1.5 },
    { database: '' },
    { parameters: [new Date(0)] },
    { parameters: { since: undefined } },
    { parameters: { most: 2 ** 53 } },
  ]) {
    t.throws(() => sql('SELECT 1 AS x', { orderBy: 'x', ...options } as SqlOptions), {
      instanceOf: OptionError,
      message: new RegExp(`^sql: ${Object.keys(options)[0]}([.[]\\w+\\]?)?: expected`),
    });
  }
  t.throws(() => sql(' ;', { orderBy: 'x' }), { instanceOf: OptionError, message: /^sql: query/ });
});

test.serial('has another fingerprint for another value, row, name, type or order', async (t) => {
  const queries = [
    'SELECT range AS a, range % 3 AS b FROM range(9)',
    'SELECT range AS a, range % 4 AS b FROM range(9)',
    'SELECT range AS a, range % 3 AS b FROM range(8)',
    'SELECT range AS a, range % 3 AS c FROM range(9)',
    'SELECT range AS a, (range % 3)::INTEGER AS b FROM range(9)',
    'SELECT range AS a, nullif(range % 3, 0) AS b FROM range(9)',
    'SELECT range AS a, range % 3 AS b FROM range(0)',
  ];
  const prints = await Promise.all(queries.map((query) => sql(query, { orderBy: 'a' }).fingerprint()));
  prints.push(await sql(queries[0]!, { orderBy: ['b', 'a'] }).fingerprint());
  t.is(new Set(prints.map((print) => JSON.stringify(print))).size, prints.length);
  // The words of the query and the way of the rows are not the content.
  const other = 'SELECT a, a % 3 AS b FROM (SELECT range AS a FROM range(9) ORDER BY range DESC)';
  t.deepEqual(await sql(other, { orderBy: 'a', threads: 2, memoryMB: 100 }).fingerprint(), prints[0]);
});

test.serial('reads what is in the database when it is opened', async (t) => {
  const path = join(await folder(t), 'changing.duckdb');
  await write(path, 'CREATE TABLE t AS SELECT range AS x FROM range(10)');
  const source = sql('FROM t', { database: path, orderBy: 'x' });
  const before = await source.fingerprint();
  t.is((await read(source)).rows.length, 10);
  await write(path, 'INSERT INTO t VALUES (10)');
  t.is((await read(source)).rows.length, 11);
  t.notDeepEqual(await source.fingerprint(), before);
});

test.serial('ends within a second of an abort while DuckDB works', async (t) => {
  const endless =
    'SELECT count(*) AS x FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range * b.range = 7';
  const source = sql(endless, { orderBy: 'x' });
  for (const attempt of [
    (signal: AbortSignal) => read(source, { signal }),
    (signal: AbortSignal) => source.rows(signal),
    (signal: AbortSignal) => source.fingerprint(signal),
  ]) {
    const abort = new AbortController();
    const reading = attempt(abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 200);
    await t.throwsAsync(within(reading as Promise<unknown>, 1200), { message: 'enough' });
  }
});

test.serial('goes to disk beyond its memory, and leaves nothing there', async (t) => {
  const left = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('millrace-duckdb-'));
  const before = await left();
  const query = "SELECT hash(range) AS id, repeat('x', 50) || range AS word FROM range(1000000)";
  const source = sql(query, { orderBy: 'id', memoryMB: 60 });
  const items = source.open({ signal: quiet() })[Symbol.asyncIterator]();
  await items.next();
  const during = (await left()).filter((name) => !before.includes(name));
  t.is(during.length, 1);
  await items.return?.();
  t.deepEqual(await left(), before);
});

test.serial('says what is missing where DuckDB is not installed', async (t) => {
  const here = await folder(t);
  const hooks = join(here, 'hooks.mjs');
  await writeFile(
    hooks,
    `import { registerHooks } from 'node:module';
     registerHooks({ resolve(name, context, next) { return next(name === '@duckdb/node-api' ? 'not-' + name.slice(1) : name, context); } });`,
  );
  const script = join(here, 'script.ts');
  const module = new URL('../../../src/index.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { sql } from ${JSON.stringify(module)};
     await sql('SELECT 1 AS x', { orderBy: 'x' }).schema().catch((error) => console.log(String(error)));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', hooks, script]);
  t.is(
    stdout.trim(),
    'SourceError: sql SELECT 1 AS x: expected the package @duckdb/node-api, got none. Install it beside millrace: npm install @duckdb/node-api.',
  );
  t.regex(await readFile('package.json', 'utf8'), /"peerDependencies": \{\s*"@duckdb\/node-api"/);
});
