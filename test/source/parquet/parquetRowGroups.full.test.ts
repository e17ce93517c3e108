import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import test from 'ava';
import { OptionError, SourceError } from '../../../src/errors.ts';
import { quiet, read, within } from '../../../src/laws/readSource.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { startFileServer } from '../http/fileServer.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-groups-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

/** Writes what a query returns, and gives its path. */
async function write(name: string, query: string, groupRows: number): Promise<string> {
  const path = join(home, name);
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (ROW_GROUP_SIZE ${groupRows}, COMPRESSION zstd)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

/** Eight columns of floats: 192 MB, and a hundredth of that in the file. */
const columns = Array.from({ length: 8 }, (_, i) => `((i + ${i}) % 1000) / 8 AS c${i}`).join(', ');
const floats = (rows: number) => `SELECT i, ${columns} FROM range(${rows}) AS t(i)`;

const reader = fileURLToPath(new URL('./readParquet.ts', import.meta.url));
async function readElsewhere(path: string): Promise<{ rows: number; sum: number; firstMs: number; peakMB: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [reader, path]);
  return JSON.parse(stdout);
}

test.serial('a row group of three million rows takes no more memory than many of a few', async (t) => {
  const rows = 3_000_000;
  const [one, many, tiny] = [
    await write('one.parquet', floats(rows), rows),
    await write('many.parquet', floats(rows), 30_000),
    await write('tiny.parquet', floats(rows), 2048),
  ];
  t.is(await parquet(one).rows(), rows);
  const [ofOne, ofMany, ofTiny] = [await readElsewhere(one), await readElsewhere(many), await readElsewhere(tiny)];
  t.log(`${ofOne.peakMB} MB at most of one row group, ${ofMany.peakMB} MB of a hundred, ${ofTiny.peakMB} MB of 1465`);
  t.deepEqual([ofOne.rows, ofOne.sum], [rows, ofMany.sum]);
  t.deepEqual([ofTiny.rows, ofTiny.sum], [rows, ofMany.sum]);
  t.true(ofTiny.peakMB - ofMany.peakMB < 120, `${ofTiny.peakMB} and ${ofMany.peakMB} MB`);
  // Not 216 MB, what they decode to.
  t.true(ofOne.peakMB - ofMany.peakMB < 120, `${ofOne.peakMB} and ${ofMany.peakMB} MB`);
});

test.serial('windows of a row group end where record batches do, from every cursor', async (t) => {
  // Three record batches of 10 MB are a window.
  const path = await write('long.parquet', "SELECT i, repeat('x', 1000) || i AS s FROM range(80000) AS t(i)", 80_000);
  const source = parquet(path, { batchRows: 10_000 });
  for (const from of [0, 10_000, 25_001, 39_999, 79_999, 80_000]) {
    const cursors: unknown[] = [];
    let next = from;
    for await (const { records, cursor } of source.open({ signal: quiet(), from })) {
      cursors.push(cursor);
      const [number, text] = [records.getChild('i')!, records.getChild('s')!];
      for (const row of [0, records.numRows - 1]) {
        t.is(number.get(row), BigInt(next + row));
        t.is(text.get(row), 'x'.repeat(1000) + (next + row));
      }
      next += records.numRows;
    }
    t.is(next, 80_000);
    const expected = [0, 1, 2, 3, 4, 5, 6, 7].map((batch) => batch * 10_000).filter((row) => row > from);
    t.deepEqual(cursors, from < 80_000 ? [from, ...expected] : []);
  }
});

test.serial('a large row group on a server is asked for once', async (t) => {
  const server = await startFileServer();
  t.teardown(() => server.close());
  const bytes = await readFile(await write('served.parquet', floats(20_000), 20_000));
  server.put('/served.parquet', bytes);
  const source = parquet(server.url('/served.parquet'), { batchRows: 1000 });
  await source.schema();
  const before = server.sent();
  t.is((await read(source, { columns: ['i'] })).rows.length, 20_000);
  const sent = server.sent() - before;
  t.true(sent < bytes.length, `${sent} of ${bytes.length} bytes`);
});

/** The second row group has a text of 150 MB, in a few kilobytes. */
const bomb = () =>
  write(
    'bomb.parquet',
    "SELECT range AS i, CASE WHEN range < 2048 THEN 'x' ELSE repeat('x', 150000000) END AS s FROM range(2049)",
    2048,
  );

test.serial('a row group that takes more than the memory of the decoder is an error that names it', async (t) => {
  const path = await bomb();
  for (const memoryMB of [16, 100, 200]) {
    const error = await t.throwsAsync(within(read(parquet(path, { memoryMB })), 10_000), { instanceOf: SourceError });
    t.regex(
      error.message,
      /bomb\.parquet, row group 1: expected a row group for which the decoder's \d+ MB suffice, got one whose columns take 151 MB decompressed, more than was left\. Give it more: parquet\(path, \{ memoryMB \}\)/,
    );
  }
  // The columns that are not wanted do not count.
  t.is((await read(parquet(path, { memoryMB: 16 }), { columns: ['i'] })).rows.length, 2049);
  for (const memoryMB of [15, 5000, Number.NaN])
    t.throws(() => parquet(path, { memoryMB }), { instanceOf: OptionError, message: /^parquet: memoryMB/ });
});

test.serial('a decoder that makes no progress is ended, and the error names the row group', async (t) => {
  const path = await bomb();
  const began = performance.now();
  const times: number[] = [];
  for await (const batch of parquet(path).open({ signal: quiet() })) {
    times.push(performance.now() - began);
    t.true(batch.records.numRows > 0);
  }
  // Longer than the first row group takes, with the start of the thread, and shorter than the second: on a machine with other work,
  // perhaps not at once.
  const [first, second] = [times[0]!, times[1]! - times[0]!];
  let message = '';
  for (let attempt = 0; attempt < 5 && !message.includes('row group 1'); attempt++) {
    const timeoutMs = first + (second - first) * [0.3, 0.1, 0.5, 0.2, 0.05][attempt]!;
    message = await read(parquet(path, { timeoutMs }), { columns: ['i', 's'] }).then(
      () => '',
      (error) => String(error),
    );
    t.log(`row groups of ${first.toFixed(0)} and ${second.toFixed(0)} ms, time-out after ${timeoutMs.toFixed(0)}`);
  }
  t.regex(
    message,
    /^SourceError: parquet .*bomb\.parquet, row group 1: expected rows, got no progress for [\d.]+ s\. .*give it more time: parquet\(path, \{ timeoutMs \}\)/,
  );
});
