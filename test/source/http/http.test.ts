import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import test from 'ava';
import { arrowIpc, csv, files, http, jsonLines, parquet, type Source, SourceError, tsv } from '../../../src/index.ts';
import { quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { holdTo } from '../../holdTo.ts';
import { writeSmall } from '../parquet/parquetFile.ts';
import { type FileServer, type Manners, startFileServer } from './fileServer.ts';

const count = 60;
const rows = Array.from({ length: count }, (_, i) => ({ x: i, word: `w${i % 7}`, y: i / 4 }));
const text = `x,word,y\n${rows.map(({ x, word, y }) => `${x},${word},${y}\n`).join('')}`;
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const table = tableFromArrays({ x: Int32Array.from(rows, ({ x }) => x), word: rows.map(({ word }) => word) });
/** Many lines, so that much of it is not in one chunk. */
const long = `x,word\n${Array.from({ length: 40_000 }, (_, i) => `${i},word ${i}\n`).join('')}`;

let server: FileServer;
let small: Buffer;
test.before(async () => {
  server = await startFileServer();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-http-'));
  small = await readFile(await writeSmall(join(folder, 'small.parquet')));
  await rm(folder, { recursive: true });
  server.put('/small.parquet', small);
  server.put('/rows.csv', text);
  server.put('/rows.csv.gz', gzipSync(text));
  server.put('/through.csv', text, { ranges: false });
  server.put('/rows.tsv', text.replaceAll(',', '\t'));
  server.put('/rows.ndjson', lines);
  server.put('/rows.arrow', tableToIPC(table, 'file'));
  server.put('/rows.arrows', tableToIPC(table, 'stream'));
});
test.after.always(() => server.close());

/** Without the pauses that a server which comes back after a while needs. */
const place = (path: string, options: Parameters<typeof http>[1] = {}) => http(server.url(path), options);

for (const [what, make] of [
  ['parquet', () => parquet(server.url('/small.parquet'), { batchRows: 4 })],
  ['csv', () => csv(server.url('/rows.csv'), { batchRows: 25 })],
  ['csv in gzip', () => csv(server.url('/rows.csv.gz'), { batchRows: 25 })],
  ['csv of a server without ranges', () => csv(server.url('/through.csv'), { batchRows: 25 })],
  ['tsv', () => tsv(server.url('/rows.tsv'), { batchRows: 25 })],
  ['jsonLines', () => jsonLines(server.url('/rows.ndjson'), { batchRows: 25 })],
  ['an Arrow file', () => arrowIpc(server.url('/rows.arrow'), { batchRows: 25 })],
  ['an Arrow stream', () => arrowIpc(server.url('/rows.arrows'), { batchRows: 25 })],
] as const) {
  holdTo(test.serial, sourceLaws(`http, ${what}`, make));
}

for (const [manners, why] of [
  [{ version: 'weak' }, 'weak versions'],
  [{ version: 'time' }, 'times'],
  [{ version: 'none' }, 'no versions'],
  [{ noLength: true, ranges: false }, 'no lengths'],
  [{ conditions: false }, 'no conditions'],
] as readonly (readonly [Manners, string])[]) {
  test.serial(`reads from a server with ${why}`, async (t) => {
    server.put('/some.csv', text, manners);
    const source = csv(server.url('/some.csv'), { batchRows: 25 });
    const all = await read(source);
    t.deepEqual(all.rows, (await read(csv(server.url('/rows.csv'), { batchRows: 25 }))).rows);
    t.deepEqual((await read(source, { from: all.cursors[1] })).rows, all.rows.slice(25));
  });
}

test.serial('reads of a Parquet file only the footer and what is wanted of the row groups', async (t) => {
  const groups = Array.from({ length: 4000 }, (_, i) => ({ number: i / 2, word: `a word ${i}`, yes: true, whole: i }));
  const folder = await mkdtemp(join(tmpdir(), 'millrace-http-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const bytes = await readFile(await writeSmall(join(folder, 'a.parquet'), groups));
  server.put('/many.parquet', bytes);
  const source = parquet(server.url('/many.parquet'));
  await source.schema();
  const before = server.sent();
  const { rows } = await read(source, { columns: ['yes'], from: 3990 });
  t.deepEqual(
    rows,
    Array.from({ length: 10 }, () => [true]),
  );
  // The footer again, since the thread is another one, and a column of ten rows.
  const footer = bytes.readUInt32LE(bytes.length - 8);
  const parts = server.sent() - before - footer;
  t.true(parts < 3000, `${parts} of ${bytes.length} bytes beside the footer`);
});

test.serial('uses a connection again', async (t) => {
  const before = [server.made(), server.asked.length];
  for (let i = 0; i < 5; i++) await read(parquet(server.url('/small.parquet'), { batchRows: 4 }));
  const [made, asked] = [server.made() - before[0]!, server.asked.length - before[1]!];
  t.true(asked > 40, `${asked} requests`);
  t.true(made < 10, `${made} connections for ${asked} requests`);
});

test.serial('goes on at a byte, without those before it', async (t) => {
  server.put('/long.csv', long);
  const source = csv(server.url('/long.csv'), { batchRows: 10_000 });
  const { cursors } = await read(source);
  const before = server.sent();
  const { rows } = await read(source, { from: cursors[3] });
  t.is(rows.length, 10_000);
  const sent = server.sent() - before;
  t.true(sent < long.length / 3, `${sent} of ${long.length} bytes`);
});

test.serial('goes on where a connection was cut, however often', async (t) => {
  for (const ranges of [true, false]) {
    server.put('/cut.csv', long, { cutAfter: ranges ? 100_000 : long.length - 5, ranges });
    const before = server.asked.length;
    const source = csv(place('/cut.csv'), { batchRows: 10_000 });
    if (ranges) {
      const { rows } = await read(source);
      t.deepEqual([rows.length, rows[12_345]], [40_000, [12_345n, 'word 12345']]);
      t.true(server.asked.length - before > long.length / 100_000);
    } else {
      // It is read through up to the same place each time.
      const error = await t.throwsAsync(read(csv(place('/cut.csv', { retries: 1 }))), { instanceOf: SourceError });
      t.regex(error?.message ?? '', /cut\.csv: expected bytes from the server, got .*2 times in a row, at byte \d+/);
    }
  }
  server.put('/cut.parquet', small, { cutAfter: 700 });
  t.is((await read(parquet(place('/cut.parquet')))).rows.length, 25);
});

test.serial('gives up a server that cuts every connection, and says where', async (t) => {
  server.put('/never.csv', text, { cutAfter: 0 });
  for (const source of [csv(place('/never.csv', { retries: 2 })), parquet(place('/never.csv', { retries: 2 }))]) {
    const before = server.asked.length;
    await t.throwsAsync(read(source), {
      instanceOf: SourceError,
      message: /never\.csv: expected bytes from the server, got .*3 times in a row, at byte 0/,
    });
    t.is(server.asked.length - before, 3);
  }
});

test.serial('gives up a server that stalls, after the time that was given', async (t) => {
  server.put('/stalls.csv', long, { stallAfter: 300_000 });
  const source = csv(place('/stalls.csv', { timeoutMs: 2000, retries: 0 }), { batchRows: 1000 });
  await t.throwsAsync(read(source), {
    instanceOf: SourceError,
    message: /nothing came for 2 s, once, at byte 3000\d\d/,
  });
  // With another connection from there it goes on.
  t.is((await read(csv(place('/stalls.csv', { timeoutMs: 2000 })))).rows.length, 40_000);
});

test.serial('asks again where the server is busy, and not where it refuses', async (t) => {
  server.put('/busy.csv', text, { statuses: [503, 429, 500] });
  t.is((await read(csv(server.url('/busy.csv')))).rows.length, count);
  server.put('/busy.csv', text, { statuses: Array(9).fill(503) });
  await t.throwsAsync(read(csv(place('/busy.csv', { retries: 1 }))), {
    instanceOf: SourceError,
    message: /status 503, 2 times/,
  });
  for (const [status, words] of [
    [401, /no authorization \(status 401\).*headers/],
    [403, /no permission \(status 403\)/],
    [404, /no such file \(status 404\)\. Check the address/],
    [418, /a refusal \(status 418\)/],
  ] as const) {
    server.put('/refused.csv', text, { statuses: [status] });
    const before = server.asked.length;
    await t.throwsAsync(csv(server.url('/refused.csv')).schema(), { instanceOf: SourceError, message: words });
    t.is(server.asked.length - before, 1);
  }
  await t.throwsAsync(parquet(server.url('/none.parquet')).schema(), {
    instanceOf: SourceError,
    message: /^parquet http.*no such file/,
  });
});

test.serial('follows redirects', async (t) => {
  server.redirect('/moved', server.url('/rows.csv'));
  t.is((await read(csv(server.url('/moved')))).rows.length, count);
  server.redirect('/around', '/around');
  await t.throwsAsync(read(csv(place('/around', { retries: 0 }))), { instanceOf: SourceError, message: /redirect/ });
});

test.serial('sends headers, and shows no secret', async (t) => {
  server.put('/secret.csv', text);
  const address = new URL(server.url('/secret.csv?signature=abc'));
  address.username = 'ann';
  address.password = 'se cret';
  const source = csv(http(address, { headers: { 'X-Key': '42' } }));
  await read(source);
  const { headers } = server.asked.at(-1)!;
  t.is(headers.authorization, `Basic ${Buffer.from('ann:se cret').toString('base64')}`);
  t.is(headers['x-key'], '42');
  t.is(source.name, `csv ${server.url('/secret.csv')}?...`);
});

const formats: readonly (readonly [string, string | Uint8Array, string | Uint8Array, (path: string) => Source])[] = [
  ['csv', long, long.replaceAll('word 3', 'term 3'), (path) => csv(place(path), { batchRows: 500 })],
  [
    'arrow',
    tableToIPC(table, 'file'),
    tableToIPC(table.slice(1), 'file'),
    (path) => arrowIpc(place(path), { batchRows: 5 }),
  ],
];
for (const [format, bytes, other, open] of formats) {
  for (const manners of [
    {},
    { version: 'time' },
    { conditions: false },
    { version: 'time', conditions: false },
    { ranges: false },
  ] as readonly Manners[]) {
    test.serial(`a ${format} file that changes under a run is an error: ${JSON.stringify(manners)}`, async (t) => {
      server.put('/changing', bytes, manners);
      const items = open('/changing').open({ signal: quiet() })[Symbol.asyncIterator]();
      await items.next();
      server.put('/changing', other, manners);
      const error = await t.throwsAsync(
        async () => {
          while (!(await items.next()).done);
        },
        { instanceOf: SourceError },
      );
      t.regex(
        error?.message ?? '',
        /expected the file to stay as it is while it is read, got a file that was changed meanwhile/,
      );
    });
  }
}

test.serial('a Parquet file that changes under a run is an error, whatever the decoder makes of it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-http-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const other = await readFile(
    await writeSmall(join(folder, 'b.parquet'), [{ number: 1, word: 'x', yes: true, whole: 1 }]),
  );
  for (const manners of [{}, { conditions: false }] as readonly Manners[]) {
    server.put('/changing.parquet', small, manners);
    const items = parquet(server.url('/changing.parquet'), { batchRows: 1 })
      .open({ signal: quiet() })
      [Symbol.asyncIterator]();
    await items.next();
    server.put('/changing.parquet', other, manners);
    await t.throwsAsync(
      async () => {
        while (!(await items.next()).done);
      },
      { instanceOf: SourceError, message: /a file that was changed meanwhile/ },
    );
  }
});

test.serial('the fingerprint changes with the content, and not with the address', async (t) => {
  for (const manners of [
    {},
    { version: 'time' },
    { version: 'none' },
    { ranges: false },
    { ranges: false, version: 'none' },
  ] as readonly Manners[]) {
    server.put('/one.csv', long, manners);
    const one = await csv(server.url('/one.csv')).fingerprint();
    t.deepEqual(await csv(server.url('/one.csv?again')).fingerprint(), one);
    // In the middle, and as long.
    server.put('/one.csv', long.replace('word 20000', 'term 20000'), manners);
    t.notDeepEqual(await csv(server.url('/one.csv')).fingerprint(), one, JSON.stringify(manners));
  }
  const whole = await parquet(server.url('/small.parquet')).fingerprint();
  t.deepEqual(await parquet(server.url('/small.parquet?again')).fingerprint(), whole);
});

test.serial('ends within a second of an abort while nothing comes, and closes the connection', async (t) => {
  for (const [path, open] of [
    ['/stalled.csv', (at: string) => csv(at)],
    ['/stalled.arrows', (at: string) => arrowIpc(at)],
    ['/stalled.parquet', (at: string) => parquet(at)],
  ] as const) {
    server.put(path, path.endsWith('csv') ? long : path.endsWith('arrows') ? tableToIPC(table, 'stream') : small, {
      stallAfter: 2,
    });
    const abort = new AbortController();
    const reading = read(open(server.url(path)), { signal: abort.signal });
    const before = server.asked.length;
    while (server.asked.length < before + 2 && server.asked.at(-1)?.path !== path)
      await new Promise((resolve) => setImmediate(resolve));
    setImmediate(() => abort.abort(new Error('enough')));
    await t.throwsAsync(within(reading), { message: 'enough' });
    for (let i = 0; server.connections() > 1 && i < 1e4; i++) await new Promise((resolve) => setImmediate(resolve));
    t.true(server.connections() <= 1, `${server.connections()} connections`);
  }
});

test.serial('a server that lies about its ranges is named', async (t) => {
  server.put('/lies.csv', text, { wrongPart: true });
  await t.throwsAsync(read(csv(server.url('/lies.csv'))), {
    instanceOf: SourceError,
    message: /expected the bytes from 0 on, got those of bytes 1-.*says that it gives ranges and does not/,
  });
  await t.throwsAsync(parquet(server.url('/through.csv')).schema(), {
    instanceOf: SourceError,
    message: /got a server that does not give ranges\. Copy it/,
  });
});

test.serial('an empty file is named as such', async (t) => {
  server.put('/empty', '');
  await t.throwsAsync(read(csv(server.url('/empty'))), { instanceOf: SourceError, message: /an empty file/ });
  await t.throwsAsync(read(parquet(server.url('/empty'))), { instanceOf: SourceError, message: /an empty file/ });
  await t.throwsAsync(read(arrowIpc(server.url('/empty'))), { instanceOf: SourceError, message: /an empty file/ });
});

test.serial('many addresses are one source', async (t) => {
  const source = files([server.url('/rows.csv'), server.url('/rows.csv.gz')], csv);
  t.is((await read(source)).rows.length, 2 * count);
});

test('refuses what is no address', (t) => {
  for (const address of ['ftp://a/b.csv', 's3://bucket/b.csv']) {
    t.throws(() => http(address), { name: 'OptionError', message: /^http: / });
    t.throws(() => csv(address), { name: 'OptionError', message: /^csv: file: expected a path, a URL/ });
  }
  for (const options of [{ timeoutMs: 0 }, { retries: -1 }, { headers: { 'a b': 'c' } }]) {
    t.throws(() => http('http://a/b', options), { name: 'OptionError', message: /^http: / });
  }
});
