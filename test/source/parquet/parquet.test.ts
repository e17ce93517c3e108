import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { copyFile, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { SourceError } from '../../../src/errors.ts';
import { describe, quiet, read } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { holdTo } from '../../holdTo.ts';
import { folder, smallRows, writeSmall } from './parquetFile.ts';

const flights = fileURLToPath(new URL('../../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));

const sharedFolder = mkdtempSync(join(tmpdir(), 'millrace-source-'));
const shared = join(sharedFolder, 'small.parquet');
test.before(() => writeSmall(shared));
test.after.always(() => rm(sharedFolder, { recursive: true, force: true }));

holdTo(
  test.serial,
  sourceLaws(
    'a Parquet file',
    () => parquet(shared, { batchRows: 4 }),
    (row) => row,
  ),
);

test.serial('gives the values that were written', async (t) => {
  const { rows, lengths } = await read(parquet(shared, { batchRows: 4 }));
  t.deepEqual(
    rows,
    smallRows.map(({ number, word, yes, whole }) => [number, word, yes, BigInt(whole)]),
  );
  t.deepEqual(lengths, [4, 4, 2, 4, 4, 2, 4, 1]);
});

test.serial('reads three million flights, each once', async (t) => {
  const source = parquet(flights);
  t.is(
    describe(await source.schema()),
    'date: Timestamp<MICROSECOND>, delay: Int64, distance: Int64, origin: LargeUtf8, destination: LargeUtf8',
  );
  t.is(await source.rows(), 3_000_000);
  const all = await flightSums(0);
  t.is(all.rows, 3_000_000);
  // The same from the middle of a record batch in the sixth row group, and what stands before it.
  const from = 1_500_007;
  const rest = await flightSums(from);
  const head = await flightSums(0, from);
  t.is(rest.rows, 3_000_000 - from);
  t.is(head.delay + rest.delay, all.delay);
  t.is(head.distance + rest.distance, all.distance);
  // And by a second way.
  t.deepEqual({ delay: all.delay, distance: all.distance }, await wholeSums());
});

async function flightSums(from: number, end = Number.POSITIVE_INFINITY) {
  const sums = { rows: 0, delay: 0n, distance: 0n };
  for await (const { records } of parquet(flights).open({ signal: quiet(), from, columns: ['distance', 'delay'] })) {
    const [distance, delay] = [0, 1].map((i) => records.getChildAt(i)?.toArray() as BigInt64Array);
    for (let i = 0; i < records.numRows && from + sums.rows < end; i++) {
      sums.rows++;
      sums.delay += delay![i]!;
      sums.distance += distance![i]!;
    }
    if (from + sums.rows >= end) break;
  }
  return sums;
}

/** A second way: the decoder alone, the file as one table. */
async function wholeSums() {
  const { readParquet } = await import('parquet-wasm');
  const { tableFromIPC } = await import('apache-arrow');
  const table = tableFromIPC(readParquet(await readFile(flights), { columns: ['delay', 'distance'] }).intoIPCStream());
  const sum = (name: string) => (table.getChild(name)!.toArray() as BigInt64Array).reduce((a, b) => a + b, 0n);
  return { delay: sum('delay'), distance: sum('distance') };
}

test.serial('takes a file URL', async (t) => {
  t.is((await read(parquet(pathToFileURL(shared)))).rows.length, 25);
});

test.serial('reads a column whose name begins another one, and one with a dot', async (t) => {
  const path = join(await folder(t), 'names.parquet');
  const { tableFromArrays, tableToIPC } = await import('apache-arrow');
  const { Table, writeParquet } = await import('parquet-wasm');
  const table = tableFromArrays({ ab: Float64Array.of(1), a: Float64Array.of(2), 'a.b': Float64Array.of(3) });
  await writeFile(path, writeParquet(Table.fromIPCStream(tableToIPC(table, 'stream'))));
  t.deepEqual((await read(parquet(path), { columns: ['a'] })).rows, [[2]]);
  t.deepEqual((await read(parquet(path), { columns: ['a.b', 'ab'] })).rows, [[3, 1]]);
});

test.serial('gives no record batches of a file without rows', async (t) => {
  const path = join(await folder(t), 'none.parquet');
  const { tableFromArrays, tableToIPC } = await import('apache-arrow');
  const { Table, writeParquet } = await import('parquet-wasm');
  await writeFile(
    path,
    writeParquet(Table.fromIPCStream(tableToIPC(tableFromArrays({ a: new Float64Array(0) }), 'stream'))),
  );
  t.deepEqual((await read(parquet(path))).rows, []);
  t.is(await parquet(path).rows(), 0);
});

test.serial('says what is wrong with the path', async (t) => {
  const here = await folder(t);
  const empty = join(here, 'empty.parquet');
  await writeFile(empty, '');
  const text = join(here, 'text.parquet');
  await writeFile(text, 'date,delay\n2001-01-01,5\n');
  for (const [path, message] of [
    [join(here, 'no.parquet'), /no such file/],
    [here, /a folder/],
    [empty, /an empty file/],
    [text, /a whole Parquet file/],
  ] as const) {
    for (const attempt of [() => read(parquet(path)), () => parquet(path).schema(), () => parquet(path).rows()]) {
      const error = await t.throwsAsync(attempt(), { instanceOf: SourceError, message });
      t.true(error?.message.startsWith(`parquet ${path}`));
    }
    if (path !== text) await t.throwsAsync(parquet(path).fingerprint(), { instanceOf: SourceError, message });
  }
});

test.serial('refuses options that are out of bounds', (t) => {
  for (const batchRows of [0, -1, 1.5, Number.NaN]) {
    t.throws(() => parquet('a', { batchRows }), { name: 'OptionError', message: /^parquet: batchRows/ });
  }
  t.throws(() => parquet('a', { timeoutMs: 0 }), { name: 'OptionError', message: /^parquet: timeoutMs/ });
});

test.serial('notices a file that changes while it is read', async (t) => {
  const path = join(await folder(t), 'changing.parquet');
  await copyFile(flights, path);
  const items = parquet(path).open({ signal: quiet() })[Symbol.asyncIterator]();
  await items.next();
  await utimes(path, 1, 1);
  await t.throwsAsync(
    async () => {
      while (!(await items.next()).done);
    },
    { instanceOf: SourceError, message: /changed/ },
  );
});

test.serial('reads a file anew that was replaced between two openings', async (t) => {
  const path = await writeSmall(join(await folder(t), 'replaced.parquet'));
  const source = parquet(path);
  const before = await source.fingerprint();
  t.is((await read(source)).rows.length, 25);
  await rm(path);
  await writeSmall(path, smallRows.slice(0, 7));
  t.is((await read(source)).rows.length, 7);
  t.is(await source.rows(), 7);
  t.notDeepEqual(await source.fingerprint(), before);
});

test.serial('has a fingerprint of the content, not of the place or the time', async (t) => {
  const here = await folder(t);
  const path = join(here, 'copy.parquet');
  await copyFile(shared, path);
  await utimes(path, 1, 1);
  t.deepEqual(await parquet(path).fingerprint(), await parquet(shared).fingerprint());
});

test.serial('one who asks for the columns is not told of the abort of another', async (t) => {
  const source = parquet(shared);
  const abort = new AbortController();
  const first = source.schema(abort.signal);
  const second = source.schema();
  abort.abort(new Error('enough'));
  await t.throwsAsync(first, { message: 'enough' });
  t.is((await second).fields.length, 4);
});

const script = (rest: string) => `
  import { parquet } from ${JSON.stringify(new URL('../../../src/source/parquet/parquet.ts', import.meta.url).href)};
  const source = parquet(${JSON.stringify(flights)});
  ${rest}
`;
for (const [way, rest] of [
  [
    'breaks',
    'for await (const batch of source.open({ signal: new AbortController().signal })) { console.log(batch.records.numRows); break; }',
  ],
  [
    'pulls one record batch and forgets the rest',
    'const items = source.open({ signal: new AbortController().signal })[Symbol.asyncIterator](); console.log((await items.next()).value.records.numRows);',
  ],
  [
    'aborts',
    'const abort = new AbortController(); try { for await (const batch of source.open({ signal: abort.signal })) { console.log(batch.records.numRows); abort.abort(); } } catch {}',
  ],
  [
    'reads all',
    'let rows = 0; for await (const { records } of source.open({ signal: new AbortController().signal, columns: [] })) rows += records.numRows; console.log(rows === 3_000_000 ? 65536 : rows);',
  ],
] as const) {
  test.serial(`lets a program end that ${way}`, async (t) => {
    const path = join(await folder(t), 'script.ts');
    await writeFile(path, script(rest));
    const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 60_000 });
    t.is(stdout, '65536\n');
  });
}

test.serial('works in a program that is given as an argument', async (t) => {
  const program = script('console.log(await source.rows());');
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 60_000,
  });
  t.is(stdout, '3000000\n');
});
