import { mkdtempSync, writeFileSync } from 'node:fs';
import { appendFile, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { take } from '../../../src/source/combine/take.ts';
import { type WatchOptions, watch } from '../../../src/source/files/watch.ts';
import { csv } from '../../../src/source/text/csv.ts';
import type { Batch } from '../../../src/types.ts';
import { folder } from '../parquet/parquetFile.ts';
import { quiet, read, sourceLaws, within } from '../sourceLaws.ts';

const open = (path: string) => csv(path, { batchRows: 4 });
const fast: WatchOptions = { pattern: '*.csv', pollMs: 5, settleMs: 20 };
const csvOf = (begin: number, end: number) =>
  `x,word\n${Array.from({ length: end - begin }, (_, i) => `${begin + i},w\n`).join('')}`;

const home = mkdtempSync(join(tmpdir(), 'millrace-watch-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
writeFileSync(join(home, 'a.csv'), csvOf(0, 10));
writeFileSync(join(home, 'b.csv'), csvOf(10, 12));
writeFileSync(join(home, 'c.csv'), csvOf(12, 20));
sourceLaws(test, 'watch', () => take(watch(home, open, fast), 18));

/** Puts a whole file into the folder, last written at a time. */
async function put(here: string, name: string, text: string, seconds: number): Promise<void> {
  const temporary = join(here, `.${name}`);
  await writeFile(temporary, text);
  await utimes(temporary, seconds, seconds);
  await rename(temporary, join(here, name));
}

/** The names of the files in the order in which they were read. */
async function journalOf(here: string): Promise<string[]> {
  const lines = (await readFile(join(here, '.millrace-order'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line).file);
}

async function next(items: AsyncIterator<Batch>): Promise<{ xs: number[]; cursor: Batch['cursor'] }> {
  const { value } = await within(items.next(), 20_000);
  return { xs: Array.from(value.records.getChild('x'), Number), cursor: value.cursor };
}

function opened(t: ExecutionContext, here: string, options: WatchOptions = fast, from: Batch['cursor'] = null) {
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  return watch(here, open, options).open({ signal: abort.signal, from })[Symbol.asyncIterator]();
}

test('gives files as they arrive, each once, and in the same order after a break', async (t) => {
  const here = await folder(t);
  await put(here, 'b.csv', csvOf(0, 2), 100);
  const items = opened(t, here);
  t.deepEqual((await next(items)).xs, [0, 1]);
  const later = next(items);
  await put(here, 'c.csv', csvOf(2, 4), 300);
  t.deepEqual((await later).xs, [2, 3]);
  // Earlier by time and name than what has been read, it comes after it all the same.
  const third = next(items);
  await put(here, 'a.csv', csvOf(4, 6), 50);
  const { xs, cursor } = await third;
  t.deepEqual(xs, [4, 5]);
  const again = opened(t, here);
  t.deepEqual(
    [(await next(again)).xs, (await next(again)).xs, (await next(again)).xs],
    [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
  );
  const rest = opened(t, here, fast, JSON.parse(JSON.stringify(cursor)));
  t.deepEqual((await next(rest)).xs, [4, 5]);
  t.deepEqual(await journalOf(here), ['b.csv', 'c.csv', 'a.csv']);
});

test('does not read a file that is still being written', async (t) => {
  const here = await folder(t);
  const path = join(here, 'a.csv');
  await writeFile(path, 'x,word\n');
  const items = opened(t, here, { ...fast, settleMs: 1500 });
  const first = next(items);
  // Written more slowly than it is looked at, and faster than it settles.
  for (let x = 0; x < 4; x++) {
    for (let i = 0; i < 10; i++) await stable();
    await appendFile(path, `${x},w\n`);
  }
  t.deepEqual((await first).xs, [0, 1, 2, 3]);
});

/** One turn of the event loop, timers and all. */
const stable = () => new Promise<void>((resolve) => setImmediate(resolve));

test('passes over files of other names and of before', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', csvOf(0, 1), 100);
  await put(here, '_b.csv', csvOf(1, 2), 300);
  await put(here, 'c.txt', csvOf(2, 3), 300);
  await put(here, 'd.csv', csvOf(3, 4), 300);
  const items = opened(t, here, { ...fast, since: new Date(200_000) });
  t.deepEqual((await next(items)).xs, [3]);
});

test('ends within a second of an abort while it waits for a file', async (t) => {
  const here = await folder(t);
  for (const attempt of [
    (signal: AbortSignal) => read(watch(here, open, { pollMs: 60_000 }), { signal }),
    (signal: AbortSignal) => watch(here, open, { pollMs: 60_000 }).schema(signal),
  ]) {
    const abort = new AbortController();
    const reading = attempt(abort.signal);
    setImmediate(() => abort.abort(new Error('enough')));
    await t.throwsAsync(within(reading as Promise<unknown>), { message: 'enough' });
  }
});

test('goes on behind a line of the journal that was cut', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', csvOf(0, 1), 100);
  await put(here, 'b.csv', csvOf(1, 2), 200);
  const journal = join(here, '.millrace-order');
  await next(opened(t, here));
  await appendFile(journal, '{"file":"b.c');
  const items = opened(t, here);
  t.deepEqual([(await next(items)).xs, (await next(items)).xs], [[0], [1]]);
  t.deepEqual(await journalOf(here), ['a.csv', 'b.csv']);
});

test('says what is wrong with the folder, the journal, a file and the options', async (t) => {
  const here = await folder(t);
  await t.throwsAsync(read(watch(join(here, 'no'), open, fast)), { instanceOf: SourceError, message: /a folder/ });
  await writeFile(join(here, 'notes'), 'hello\n');
  await t.throwsAsync(read(watch(here, open, { ...fast, journal: join(here, 'notes') })), {
    instanceOf: SourceError,
    message: /journal .*notes: .*other lines/,
  });
  await put(here, 'a.csv', csvOf(0, 1), 100);
  await put(here, 'b.csv', 'x,y\n1,2\n', 200);
  await t.throwsAsync(read(watch(here, open, fast), { signal: quiet() }), {
    instanceOf: SchemaError,
    message: /b\.csv: expected the columns of the first file/,
  });
  for (const options of [{ pollMs: 0 }, { settleMs: -1 }, { since: new Date(Number.NaN) }]) {
    t.throws(() => watch('a', open, options), { name: 'OptionError', message: /^watch: / });
  }
});
