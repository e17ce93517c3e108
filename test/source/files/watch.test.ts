import { mkdtempSync, writeFileSync } from 'node:fs';
import { appendFile, chmod, readdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DataError, SchemaError, SourceError } from '../../../src/errors.ts';
import { quiet, read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { limit } from '../../../src/source/combine/limit.ts';
import { createArrivalJournal } from '../../../src/source/files/arrivalJournal.ts';
import { type WatchOptions, watch } from '../../../src/source/files/watch.ts';
import { csv } from '../../../src/source/text/csv.ts';
import type { Batch, OpenOptions, Tell } from '../../../src/source/types.ts';
import { holdTo } from '../../holdTo.ts';
import { folder } from '../parquet/parquetFile.ts';

const open = (path: string) => csv(path, { batchRows: 4 });
const fast: WatchOptions = { pattern: '*.csv', pollMs: 5, settleMs: 20 };
const csvOf = (begin: number, end: number) =>
  `x,word\n${Array.from({ length: end - begin }, (_, i) => `${begin + i},w\n`).join('')}`;

const home = mkdtempSync(join(tmpdir(), 'millrace-watch-'));
test.after.always(() => rm(home, { recursive: true, force: true }));
writeFileSync(join(home, 'a.csv'), csvOf(0, 10));
writeFileSync(join(home, 'b.csv'), csvOf(10, 12));
writeFileSync(join(home, 'c.csv'), csvOf(12, 20));
holdTo(
  test,
  sourceLaws('watch', () => limit(watch(home, open, fast), 18)),
);

/** Puts a whole file into the folder, last written at a time. */
async function put(here: string, name: string, text: string | Uint8Array, seconds: number): Promise<void> {
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

function opened(
  t: ExecutionContext,
  here: string,
  options: WatchOptions = fast,
  from: Batch['cursor'] = null,
  more: Partial<OpenOptions> = {},
) {
  const abort = new AbortController();
  t.teardown(() => abort.abort());
  return watch(here, open, options)
    .open({ signal: abort.signal, from, ...more })
    [Symbol.asyncIterator]();
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
    message: /journal .*notes: .*, got on line 1 'hello'\. Remove it to begin anew/,
  });
  await put(here, 'a.csv', csvOf(0, 1), 100);
  await put(here, 'b.csv', 'x,y\n1,2\n', 200);
  await t.throwsAsync(read(watch(here, open, fast), { signal: quiet() }), {
    instanceOf: SchemaError,
    message:
      /b\.csv: expected column x to be Int64, as in the first file, got|b\.csv: expected column \w+ to be \w+, as in the first file, got no such column/,
  });
  for (const options of [{ pollMs: 0 }, { settleMs: -1 }, { since: new Date(Number.NaN) }]) {
    t.throws(() => watch('a', open, options), { name: 'OptionError', message: /^watch: / });
  }
});

test('a file may have columns that nobody wants, another order, narrower numbers and nulls alone', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', 'x,y,word\n1.5,2,w\n', 100);
  await put(here, 'b.csv', 'note,word,x\nn,v,2\n', 200);
  // A word that looks like a number is one all the same.
  await put(here, 'c.csv', 'word,x,note\n12,3,1\n,3,1\n', 300);
  const abort = new AbortController();
  const columns = ['word', 'x'];
  const rows: unknown[] = [];
  for await (const { records } of limit(watch(here, open, fast), 4).open({ signal: abort.signal, columns })) {
    t.is(records.schema.fields.join(), 'word: Utf8,x: Float64');
    rows.push(...records.toArray().map((row) => [...row].map(([, value]) => value)));
  }
  t.deepEqual(rows, [
    ['w', 1.5],
    ['v', 2],
    ['12', 3],
    [null, 3],
  ]);
  // The types of the first file stay: rows that have come are trained on already.
  await put(here, 'd.csv', 'word,x\nw,high\n', 400);
  await t.throwsAsync(read(limit(watch(here, open, fast), 5), { columns }), {
    instanceOf: DataError,
    message: /d\.csv, line 2, .*column 'x': expected float64, got "high"/,
  });
});

/** What a watched folder has told. */
function listening(): { readonly lines: string[]; readonly tell: Tell } {
  const lines: string[] = [];
  return { lines, tell: (line) => lines.push(line) };
}

/** Waits for a condition that comes about by itself; as long as the machine takes. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const texts = (from: number, to: number, more = '') =>
  `x,word\n${Array.from({ length: to - from }, (_, i) => `${from + i}${more},w\n`).join('')}`;

for (const [what, bad, message] of [
  [
    'of another type',
    texts(10, 12, '.5'),
    /b\.csv: expected column x to be Int64, as in the first file, got Float64\. .* Correct the file or take it away, and start or resume the run; badFiles/,
  ],
  [
    'whose type differs only in its last row',
    `${texts(0, 10_000)}1.5,w\n`,
    /b\.csv, line 10002, byte \d+, column 'x': expected int64, got "1\.5"\. .*Correct the file/,
  ],
  [
    'without a column',
    'x,wort\n1,w\n',
    /b\.csv: expected column word to be Utf8, as in the first file, got no such column/,
  ],
  ['that is cut in a quote', 'x,word\n1,"w\n2,v\n', /b\.csv, line 2, .*Correct the file/],
  ['that is no text', Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0, 0]), /b\.csv: .*Correct the file/],
] as const) {
  test(`a file ${what} is named before a row of it is used, and what comes after it goes on when it is corrected or taken away`, async (t) => {
    for (const way of ['corrected', 'taken away'] as const) {
      const here = await folder(t);
      await put(here, 'a.csv', csvOf(0, 2), 100);
      const items = opened(t, here);
      const { cursor } = await next(items);
      await put(here, 'b.csv', bad, 200);
      await put(here, 'c.csv', csvOf(4, 6), 300);
      const error = await t.throwsAsync(next(items));
      t.regex(error?.message ?? '', message);
      t.deepEqual(await journalOf(here), ['a.csv'], 'nothing is kept of it');
      // Again, as often as one likes.
      const again = opened(t, here, fast, cursor);
      await next(again);
      t.is((await t.throwsAsync(next(again)))?.message, error?.message);
      if (way === 'corrected') await put(here, 'b.csv', csvOf(2, 4), 200);
      else await rm(join(here, 'b.csv'));
      const rest = opened(t, here, fast, cursor);
      t.deepEqual((await next(rest)).xs, [0, 1]);
      if (way === 'corrected') t.deepEqual((await next(rest)).xs, [2, 3]);
      t.deepEqual((await next(rest)).xs, [4, 5]);
    }
  });
}

test('passes over a bad file until it is another one, and says so', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', csvOf(0, 1), 100);
  await put(here, 'b.csv', 'x,word\nhigh,w\n', 200);
  await put(here, 'c.csv', csvOf(1, 2), 300);
  const { lines, tell } = listening();
  const items = opened(t, here, { ...fast, badFiles: 'skip' }, null, { tell });
  t.deepEqual([(await next(items)).xs, (await next(items)).xs], [[0], [1]]);
  t.is(lines.length, 1);
  t.regex(
    lines[0]!,
    /^watch .*: passed over b\.csv until it is another one\. .*b\.csv, line 2, .*column 'x': expected int64, got "high"/,
  );
  const third = next(items);
  // Whoever may read it by now.
  await chmod(join(here, 'b.csv'), 0o600);
  await until(() => lines.length > 1);
  await put(here, 'b.csv', csvOf(2, 3), 400);
  t.deepEqual((await third).xs, [2]);
  t.deepEqual(await journalOf(here), ['a.csv', 'c.csv', 'b.csv']);
});

test('moves bad files away, each to a name of its own', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', csvOf(0, 1), 100);
  const { lines, tell } = listening();
  const items = opened(t, here, { ...fast, badFiles: 'quarantine' }, null, { tell });
  await next(items);
  const later = next(items);
  for (const text of ['x,word\nhigh,w\n', 'x,word\nlow,w\n']) {
    const before = lines.length;
    await put(here, 'b.csv', text, 200);
    await until(() => lines.length > before);
  }
  await put(here, 'c.csv', csvOf(1, 2), 300);
  t.deepEqual((await later).xs, [1]);
  t.deepEqual((await readdir(join(here, '_quarantine'))).sort(), ['b.csv', 'b.csv.1']);
  t.is(await readFile(join(here, '_quarantine', 'b.csv.1'), 'utf8'), 'x,word\nlow,w\n');
  t.regex(lines[1]!, /^watch .*: moved b\.csv to .*_quarantine.b\.csv\.1\. .*got "low"/);
});

test('a file without rows is no end and no error: it is read when it has some', async (t) => {
  const here = await folder(t);
  await put(here, 'empty.csv', '', 50);
  await put(here, 'header.csv', 'x,word\n', 60);
  await put(here, 'a.csv', csvOf(0, 1), 100);
  const { lines, tell } = listening();
  const items = opened(t, here, fast, null, { tell });
  t.deepEqual((await next(items)).xs, [0], 'the first with rows tells the columns');
  const second = next(items);
  await until(() => lines.length === 2);
  t.deepEqual(lines.sort(), [
    `watch ${here}: empty.csv is empty; it is read when something is in it`,
    `watch ${here}: header.csv has no rows yet; it is read when it has`,
  ]);
  await put(here, 'header.csv', csvOf(1, 2), 200);
  t.deepEqual((await second).xs, [1]);
  const third = next(items);
  await put(here, 'empty.csv', csvOf(2, 3), 300);
  t.deepEqual((await third).xs, [2]);
});

test('reads later files of text with the types of the first', async (t) => {
  const here = await folder(t);
  await put(here, 'a.csv', 'x,word,share\n1,007,0.5\n', 100);
  // By themselves: integers, and a column without values.
  await put(here, 'b.csv', 'x,word,share\n2,8,1\n', 200);
  await put(here, 'c.csv', 'x,word,share\n3,,\n', 300);
  const items = watch(here, open, fast).open({ signal: quiet() })[Symbol.asyncIterator]();
  for (const row of [
    [1n, '007', 0.5],
    [2n, '8', 1],
    [3n, null, null],
  ]) {
    const { records } = (await within(items.next(), 20_000)).value as Batch;
    t.is(`${records.schema.fields.map(({ type }) => type)}`, 'Int64,Utf8,Float64');
    t.deepEqual(
      [...records.toArray()[0]].map(([, value]) => value),
      row,
    );
  }
  await items.return?.();
});

test('says at once what is done to files that were read', async (t) => {
  const here = await folder(t);
  for (const [i, name] of ['a.csv', 'b.csv', 'c.csv', 'd.csv'].entries())
    await put(here, name, csvOf(i, i + 1), 100 + i);
  const { lines, tell } = listening();
  const items = opened(t, here, fast, null, { tell });
  for (let i = 0; i < 4; i++) await next(items);
  const later = next(items);
  await appendFile(join(here, 'a.csv'), '9,w\n');
  await put(here, 'b.csv', csvOf(7, 8), 500);
  await rm(join(here, 'c.csv'));
  await until(() => lines.length >= 3);
  const resumed = 'a run that is resumed behind it does not need it, one that has to read it again is refused';
  t.deepEqual([...lines].sort(), [
    `watch ${here}: a.csv (4 bytes): appended to after being read, and not read again; ${resumed}. Write new rows to a new file`,
    `watch ${here}: b.csv: changed after being read, and not read again; ${resumed}. Write new rows to a new file`,
    `watch ${here}: c.csv: gone after being read; ${resumed}`,
  ]);
  await put(here, 'e.csv', csvOf(4, 5), 600);
  t.deepEqual((await later).xs, [4]);
  t.is(lines.length, 3, 'each is told of once');
});

test('says what to do where a file whose rows come again is not what it was', async (t) => {
  for (const [change, message] of [
    [
      (path: string) => appendFile(path, '9,w\n'),
      /b\.csv: expected the file as it was when it was read, since rows of it that were used come again, got 4 bytes were added to its 11\. Cut it back \(truncate -s 11 .*b\.csv\), and write new rows to a new file/,
    ],
    [
      (path: string) => writeFile(path, 'x,word\n'),
      /got it has 7 bytes now, and had 11\. Bring the former content back, or train anew, with another journal/,
    ],
    [(path: string) => writeFile(path, csvOf(7, 8)), /got its content is another one\. Bring the former content back/],
    [(path: string) => rm(path), /got it is gone\. Bring it back, or train anew/],
  ] as const) {
    const here = await folder(t);
    await put(here, 'a.csv', csvOf(0, 1), 100);
    await put(here, 'b.csv', csvOf(1, 2), 200);
    const items = opened(t, here);
    await next(items);
    const { cursor } = await next(items);
    await change(join(here, 'b.csv'));
    for (const options of [{}, { used: cursor }]) {
      const error = await t.throwsAsync(next(opened(t, here, fast, cursor, options)), { instanceOf: SourceError });
      t.regex(error?.message ?? '', message);
    }
  }
});

test('a file of which no row was used may become another one, and those behind it arrive anew', async (t) => {
  const here = await folder(t);
  for (const [i, name] of ['a.csv', 'b.csv', 'c.csv', 'd.csv'].entries())
    await put(here, name, csvOf(i, i + 1), 100 + i);
  const items = opened(t, here);
  const { cursor } = await next(items);
  for (let i = 0; i < 3; i++) await next(items);
  await put(here, 'b.csv', csvOf(7, 8), 700);
  await rm(join(here, 'c.csv'));
  const { lines, tell } = listening();
  const rest = opened(t, here, fast, cursor, { used: cursor, tell });
  t.deepEqual([(await next(rest)).xs, (await next(rest)).xs, (await next(rest)).xs], [[0], [3], [7]]);
  t.deepEqual(await journalOf(here), ['a.csv', 'd.csv', 'b.csv']);
  t.deepEqual(lines, [
    `watch ${here}: b.csv: its content is another one; no row of it was used, and it is read as it is now`,
  ]);
  // Nor is the order what it was, for who has read it.
  await t.throwsAsync(next(opened(t, here, fast, [2, null, '0123456789abcdef'])), {
    instanceOf: SourceError,
    message:
      /journal .*: expected the order in which files were read, of which number 2 has the hash 0123456789abcdef\.\.\., got b\.csv, with the hash/,
  });
});

test('reads a file once that has several names by links, and none that a link to the journal leads to', async (t) => {
  const here = await folder(t);
  const elsewhere = await folder(t);
  await put(elsewhere, 'far.csv', csvOf(1, 2), 150);
  await put(here, 'b.csv', csvOf(0, 1), 100);
  for (const [name, to] of [
    ['a.csv', 'b.csv'],
    ['c.csv', join(elsewhere, 'far.csv')],
    ['d.csv', join(elsewhere, 'far.csv')],
    ['e.csv', 'nowhere.csv'],
    ['f.csv', '.'],
  ] as const)
    await symlink(to, join(here, name));
  const items = opened(t, here);
  t.deepEqual([(await next(items)).xs, (await next(items)).xs], [[0], [1]]);
  const third = next(items);
  await put(here, 'g.csv', csvOf(2, 3), 300);
  t.deepEqual((await third).xs, [2]);
  t.deepEqual(await journalOf(here), ['b.csv', 'c.csv', 'g.csv']);
});

test('two that add to a journal at the same time see one order', async (t) => {
  const path = join(await folder(t), 'journal');
  const journals = [createArrivalJournal('one', path), createArrivalJournal('two', path)];
  for (let i = 0; i < 20; i++) {
    await Promise.all(journals.map((journal, k) => journal.add({ file: `${i} ${k}`, sha256: '' })));
    await Promise.all(journals.map((journal) => journal.add({ file: `${i} both`, sha256: '' })));
  }
  const [one, two] = await Promise.all(journals.map((journal) => journal.arrivals()));
  t.deepEqual(one, two);
  t.is(one!.length, 60);
  await journals[0]!.cut(59);
  t.is((await journals[1]!.arrivals()).length, 59);
});
