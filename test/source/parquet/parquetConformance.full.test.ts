import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import test from 'ava';
import { SourceError } from '../../../src/errors.ts';
import { quiet, read } from '../../../src/laws/readSource.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { csv } from '../../../src/source/text/csv.ts';
import { plainJson, plainValue } from './plainValue.ts';

const conformance = new URL('../../../../shared/conformance/parquet-testing/', import.meta.url);
const pathOf = (file: string) => fileURLToPath(new URL(file, conformance));
const filesOf = async (part: string) =>
  (await readdir(new URL(part, conformance)).catch(() => [])).filter((file) => /\.parquet(\.encrypted)?$/.test(file));

/** All rows of a file, as plain JSON. */
async function rowsOf(file: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const { records } of parquet(pathOf(file)).open({ signal: quiet() })) {
    const columns = records.schema.fields.map(({ type }, i) => [type, records.getChildAt(i)!] as const);
    for (let row = 0; row < records.numRows; row++) {
      rows.push(columns.map(([type, column]) => plainValue(type, column.get(row))));
    }
  }
  return rows;
}

/** Each with what it is refused for: what the decoder lacks, or what is wrong with the file. */
const refused: Readonly<Record<string, RegExp>> = {
  'dict-page-offset-zero.parquet': /Expected list element type of I64/,
  'large_string_map.brotli.parquet': /row group 0: .*whose columns take 2148 MB decompressed, more than was left/,
  'nation.dict-malformed.parquet':
    /row group 0, column name, from row 0: .* got one whose pages cannot be decoded \(the decoder gave up\)/,
  'repeated_no_annotation.parquet': /the row group has 0 rows, its footer says 6/,
};

/** Those that DuckDB does not read; their values are told by their own columns, by other files or by what is written beside them. */
const others = /^(byte_stream_split_extended|hadoop_lz4|non_hadoop_lz4|int96_from_spark|map_no_value)/;

test.serial(
  'reads the files of parquet-testing/data to the values that DuckDB reads, or says what is wrong',
  async (t) => {
    const files = await filesOf('data');
    if (files.length === 0) t.log('they are not here');
    const connection = await (await DuckDBInstance.create()).connect();
    let equal = 0;
    for (const file of files) {
      const message = file.endsWith('.encrypted') ? /expected a Parquet file that is not encrypted/ : refused[file];
      if (message) {
        const error = await t.throwsAsync(rowsOf(`data/${file}`), { instanceOf: SourceError, message }, file);
        t.true(error?.message.startsWith(`parquet ${pathOf(`data/${file}`)}`));
      } else if (!others.test(file)) {
        const found = await connection.runAndReadAll(`FROM read_parquet('${pathOf(`data/${file}`)}')`);
        const rows = await rowsOf(`data/${file}`);
        t.is(await parquet(pathOf(`data/${file}`)).rows(), rows.length);
        t.deepEqual(
          rows,
          found.getRowsJS().map((row) => row.map(plainJson)),
          file,
        );
        equal++;
      }
    }
    t.log(`${equal} equal, ${files.filter((file) => file.endsWith('.encrypted')).length} encrypted`);
    connection.closeSync();
    t.pass();
  },
);

const there = async () => (await filesOf('data')).length > 0;

test.serial(
  'reads the files of parquet-testing/data that others do not to the values that are written beside them',
  async (t) => {
    t.pass();
    if (!(await there())) return;
    // Each column twice, in two encodings.
    for (const row of await rowsOf('data/byte_stream_split_extended.gzip.parquet')) {
      for (let i = 0; i < row.length; i += 2) t.deepEqual(row[i], row[i + 1]);
    }
    // The same rows in the ways of writing LZ4 that there were.
    const four = await rowsOf('data/lz4_raw_compressed.parquet');
    t.deepEqual(await rowsOf('data/hadoop_lz4_compressed.parquet'), four);
    t.deepEqual(await rowsOf('data/non_hadoop_lz4_compressed.parquet'), four);
    t.deepEqual(
      await rowsOf('data/hadoop_lz4_compressed_larger.parquet'),
      await rowsOf('data/lz4_raw_compressed_larger.parquet'),
    );
    const maps = [1, 4, 7].map((first) => [first, first + 1, first + 2]);
    t.deepEqual(
      await rowsOf('data/map_no_value.parquet'),
      maps.map((keys) => [keys.map((key) => ({ key, value: null })), keys, keys]),
    );
  },
);

test.serial('reads timestamps of 96 bits that 64 bits of nanoseconds do not hold', async (t) => {
  t.pass();
  if (!(await there())) return;
  const file = 'data/int96_from_spark.parquet';
  const written = /```\n([\d, null]+)\n```/.exec(await readFile(pathOf(file.replace('.parquet', '.md')), 'utf8'))?.[1];
  const found: string[] = [];
  for await (const { records } of parquet(pathOf(file)).open({ signal: quiet() })) {
    const column = records.getChildAt(0)!;
    const values = column.toArray() as BigInt64Array;
    for (let row = 0; row < records.numRows; row++) found.push(column.isValid(row) ? `${values[row]}` : 'null');
  }
  t.is(found.join(', '), written ?? '');
});

test.serial('reads the files of parquet-testing/data to the values of the CSV files beside them', async (t) => {
  t.pass();
  const names = (await readdir(new URL('data', conformance)).catch(() => [])).filter((file) =>
    file.endsWith('_expect.csv'),
  );
  for (const name of names) {
    const { rows: expected } = await read(csv(pathOf(`data/${name}`), { types: 'string' }));
    const rows = await rowsOf(`data/${name.replace('_expect.csv', '.parquet')}`);
    t.deepEqual(
      rows.map((row) => row.map((value) => (value === null ? '' : `${value}`))),
      expected.map((row) => row.map((value) => value ?? '')),
      name,
    );
  }
});

test.serial('survives the files of parquet-testing/bad_data, each within ten seconds and 512 MB', async (t) => {
  const files = await filesOf('bad_data');
  if (files.length === 0) t.log('they are not here');
  const script = fileURLToPath(new URL('./tryParquet.ts', import.meta.url));
  for (const file of files) {
    const path = pathOf(`bad_data/${file}`);
    const { stdout } = await promisify(execFile)(process.execPath, [script, path]);
    const { rows, error, ms, peakMB } = JSON.parse(stdout);
    // One is damaged in a way that does not matter: of one value in a dictionary, indices need no bits.
    if (file === 'ARROW-GH-43605.parquet') t.is(rows, 21_186);
    else t.regex(error, new RegExp(`^SourceError: parquet ${path}`), file);
    t.true(ms < 10_000, `${file}: ${ms} ms`);
    t.true(peakMB < 512, `${file}: ${peakMB} MB`);
  }
  t.pass();
});
