import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { SchemaError, SourceError } from '../../../src/errors.ts';
import { files } from '../../../src/source/files/files.ts';
import { parquet } from '../../../src/source/parquet/parquet.ts';
import { csv } from '../../../src/source/text/csv.ts';
import { writeSmall } from '../parquet/parquetFile.ts';
import { read, sourceLaws } from '../sourceLaws.ts';

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
writeFileSync(join(home, 'other.tsv'), 'x,word\n1.5,y\n');

const open = (path: string) => csv(path, { batchRows: 4 });
const xs = async (place: string | readonly string[]) => (await read(files(place, open))).rows.map(([x]) => Number(x));
const range = (begin: number, end: number) => Array.from({ length: end - begin }, (_, i) => begin + i);

sourceLaws(test, 'files', () => files(join(home, '**', '*.csv'), open));

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
  t.true(
    error?.message.startsWith(
      `files ${join(home, 'a.csv')}, ${join(home, 'other.tsv')}: csv ${join(home, 'other.tsv')}`,
    ),
  );
  for (const place of [join(home, '*.none'), join(home, 'no', '*.csv')]) {
    await t.throwsAsync(read(files(place, open)), { instanceOf: SourceError, message: /at least one file/ });
  }
  t.throws(() => files([], open), { name: 'OptionError', message: /^files/ });
});
