import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { read, within } from '../../../src/laws/readSource.ts';
import { sourceLaws } from '../../../src/laws/sourceLaws.ts';
import { files } from '../../../src/source/files/files.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { csv } from '../../../src/source/text/csv.ts';
import { holdTo } from '../../holdTo.ts';
import { folder, writeSmall } from '../parquet/parquetFile.ts';

const home = mkdtempSync(join(tmpdir(), 'millrace-files-'));
test.after.always(() => rm(home, { recursive: true, force: true }));

mkdirSync(join(home, 'deep', 'er'), { recursive: true });
for (const [name, begin, end] of [
  ['b.csv', 10, 15],
  ['a.csv', 0, 10],
  ['deep/c.csv', 15, 16],
  ['deep/er/d.csv', 16, 20],
  ['_e.csv', 90, 91],
  ['.f.csv', 91, 92],
] as const) {
  const rows = Array.from({ length: end - begin }, (_, i) => `${begin + i},word ${begin + i}\n`);
  writeFileSync(join(home, name), `x,word\n${rows.join('')}`);
}
writeFileSync(join(home, 'none.csv.txt'), 'x\n1\n');
writeFileSync(join(home, 'other.tsv'), 'x,word\nlong,y\n');

const open = (path: string) => csv(path, { batchRows: 4 });
const xs = async (place: string | readonly string[]) => (await read(files(place, open))).rows.map(([x]) => Number(x));
const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);

holdTo(
  test,
  sourceLaws('files', () => files(join(home, '**', '*.csv'), open)),
);

test('gives the files that a pattern fits, sorted by path', async (t) => {
  t.deepEqual(await xs(join(home, '*.csv')), range(0, 15));
  t.deepEqual(await xs(join(home, '?.csv')), range(0, 15));
  t.deepEqual(await xs(join(home, 'd*', '*.csv')), [15]);
  t.deepEqual(await xs(join(home, '**', '*.csv')), range(0, 20));
  t.deepEqual(await xs(join(home, '_*.csv')), [90]);
  t.deepEqual(await xs(join(home, 'deep', '**')), range(15, 20));
  t.deepEqual(await xs(join(home, 'deep')), [15]);
  t.deepEqual(await xs(join(home, 'a.csv')), range(0, 10));
});

test('gives the files of a list in its order', async (t) => {
  t.deepEqual(await xs([join(home, 'b.csv'), join(home, 'a.csv')]), [...range(10, 15), ...range(0, 10)]);
});

/** Folders and files, and links to places beside them. */
async function tree(t: ExecutionContext, files: readonly string[], links: Readonly<Record<string, string>>) {
  const root = await folder(t);
  for (const [i, path] of files.entries()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `x,word\n${i},w\n`);
  }
  for (const [path, to] of Object.entries(links)) await symlink(to, join(root, path));
  return root;
}

test('gives each file once, whatever links lead to it or to a folder above', async (t) => {
  const root = await tree(t, ['2024/x.csv', '2024/deep/y.csv', 'z.csv'], {
    '2024/up': '..',
    '2024/deep/up2': '../..',
    '2024/deep/round': '.',
    'again.csv': 'z.csv',
    first: '2024',
  });
  t.deepEqual(await xs(join(root, '**', '*.csv')), [1, 0, 2]);
  t.deepEqual(await xs(join(root, '**')), [1, 0, 2]);
  t.deepEqual(await xs(join(root, '*', '*.csv')), [0]);
  t.deepEqual(await xs(join(root, '*', '*', '*.csv')), [1, 2], 'z.csv by 2024/up, the only way that fits');
  t.deepEqual(await xs(join(root, '*', 'deep', '*.csv')), [1]);
  t.deepEqual(await xs(root), [2]);
  t.deepEqual(await xs(join(root, 'first', '*.csv')), [0]);
  // Once a name, as they are listed.
  t.deepEqual(await xs([join(root, 'again.csv'), join(root, 'z.csv')]), [2, 2]);
});

test('looks into a folder behind a link, and says which links lead nowhere', async (t) => {
  const root = await tree(t, ['here/a.csv', 'there/b.csv', 'there/c.csv'], {
    'here/more': '../there',
    'here/b.csv': '../there/b.csv',
    'here/gone.csv': 'nowhere.csv',
    'here/itself.csv': 'itself.csv',
  });
  const told: string[] = [];
  const source = files(join(root, 'here', '**', '*.csv'), open);
  const { rows } = await read(source, { tell: (line) => told.push(line) });
  // a.csv, b.csv by its own link, more/c.csv.
  t.deepEqual(
    rows.map(([x]) => Number(x)),
    [0, 1, 2],
  );
  t.deepEqual(
    told,
    ['gone.csv', 'itself.csv'].map(
      (name) => `${source.name}: left out ${join(root, 'here', name)}, a link that leads nowhere`,
    ),
  );
});

test('ends a listing within a second of an abort', async (t) => {
  const folders = Array.from({ length: 1500 }, (_, i) => `${i % 40}/${i}/x.csv`);
  const root = await tree(t, folders, { '1/up': '..' });
  for (const attempt of [
    (signal: AbortSignal) => read(files(join(root, '**', '*.csv'), open), { signal }),
    (signal: AbortSignal) => files(join(root, '**', '*.csv'), open).schema(signal),
    (signal: AbortSignal) => files(join(root, '**', '*.csv'), open).fingerprint(signal),
  ]) {
    const abort = new AbortController();
    const reading = attempt(abort.signal);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    abort.abort(new Error('enough'));
    await t.throwsAsync(within(reading as Promise<unknown>), { message: 'enough' });
  }
});

test('reads Parquet files one after the other', async (t) => {
  const folder = join(home, 'parquet');
  mkdirSync(folder);
  for (const name of ['1.parquet', '2.parquet']) await writeSmall(join(folder, name));
  const source = files(join(folder, '*.parquet'), parquet);
  const { rows } = await read(source);
  t.is(await source.rows(), 50);
  t.deepEqual(rows.slice(25), rows.slice(0, 25));
  for (const place of [folder, ['2.parquet', '1.parquet'].map((name) => join(folder, name))])
    t.deepEqual((await read(files(place, parquet))).rows, rows);
});

test('says which file has other columns, and where there is none', async (t) => {
  const error = await t.throwsAsync(read(files([join(home, 'a.csv'), join(home, 'other.tsv')], open)), {
    instanceOf: SchemaError,
  });
  t.true(error?.message.startsWith(`files ${join(home, 'a.csv')}, ${join(home, 'other.tsv')}: `));
  t.true(
    error?.message.includes(`x is Int64 in csv ${join(home, 'a.csv')} and Utf8 in csv ${join(home, 'other.tsv')}`),
  );
  for (const place of [join(home, '*.none'), join(home, 'no', '*.csv')]) {
    await t.throwsAsync(read(files(place, open)), { instanceOf: SourceError, message: /at least one file/ });
  }
  t.throws(() => files([], open), { name: 'OptionError', message: /^files/ });
});
