import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { concatSources, csv, files, filterRows, limit, memory, mix } from '../../src/index.ts';
import { contentChanges } from '../../src/source/contentChanges.ts';
import type { Source } from '../../src/source/types.ts';
import { temporaryFolder } from '../pipeline/run.ts';

/** What is told when a source, made anew, has become another. */
async function changesOf(make: () => Source, change: () => Promise<unknown>): Promise<readonly string[]> {
  const was = await make().fingerprint();
  await change();
  const source = make();
  return contentChanges(source, was, await source.fingerprint());
}

test('tells how long a file was, and is', async (t) => {
  const file = join(await temporaryFolder(t), 'a.csv');
  await writeFile(file, `x\n${'1\n'.repeat(1000)}`);
  const changes = await changesOf(
    () => csv(file),
    () => writeFile(file, `x\n${'1\n'.repeat(1500)}`),
  );
  t.deepEqual(changes, [`csv ${file}: 2,002 bytes then, 3,002 now`]);
});

test('tells that a file of the same length holds something else', async (t) => {
  const file = join(await temporaryFolder(t), 'a.csv');
  await writeFile(file, 'x\n1\n');
  const changes = await changesOf(
    () => csv(file),
    () => writeFile(file, 'x\n2\n'),
  );
  t.deepEqual(changes, [`csv ${file}: another content, 4 bytes as then`]);
});

test('tells which columns are of another type, or come or go', async (t) => {
  const file = join(await temporaryFolder(t), 'a.csv');
  await writeFile(file, 'x,fare class,z\n1,2,3\n');
  const changes = await changesOf(
    () => csv(file),
    () => writeFile(file, 'x,fare class,y\n1,a,3\n'),
  );
  t.deepEqual(changes, [
    `csv ${file}: column 'fare class' Int64 then, Utf8 now; column z Int64 then, not there now; column y not there then, Int64 now`,
  ]);
});

test('tells how a file is read otherwise', async (t) => {
  const file = join(await temporaryFolder(t), 'a.csv');
  await writeFile(file, 'x\n1\n');
  const was = await csv(file).fingerprint();
  const now = csv(file, { nulls: ['', 'NA'] });
  t.deepEqual(await contentChanges(now, was, await now.fingerprint()), [
    `csv ${file}: nulls: [''] then, ['', 'NA'] now`,
  ]);
});

test('names the file among many, through what is put together', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['1', '2', '3']) await writeFile(join(folder, `${name}.csv`), 'x\n1\n');
  const make = () =>
    limit(
      filterRows(files(join(folder, '*.csv'), csv), ['x'], () => true),
      3,
    );
  const changes = await changesOf(make, () => writeFile(join(folder, '2.csv'), 'x\n1\n2\n'));
  t.deepEqual(changes, [`csv ${join(folder, '2.csv')}: 4 bytes then, 6 now`]);
});

test('tells that files have come and gone', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'gone'));
  for (const name of ['1', '3']) await writeFile(join(folder, `${name}.csv`), `x\n${name}\n`);
  const make = () => files(join(folder, '*.csv'), csv);
  const name = `files ${join(folder, '*.csv')}`;
  const more = await changesOf(make, () => writeFile(join(folder, '2.csv'), 'x\n2\n'));
  t.deepEqual(more, [`${name}: 2 parts then, 3 now, not then as they are now csv ${join(folder, '2.csv')}`]);
  const fewer = await changesOf(make, () => rename(join(folder, '1.csv'), join(folder, 'gone', '1.csv')));
  t.deepEqual(fewer, [`${name}: 3 parts then, 2 now`]);
});

test('tells the options of what is put together', async (t) => {
  const [a, b] = [memory([{ x: 1 }], { name: 'a' }), memory([{ x: 2 }], { name: 'b' })];
  const was = await mix([a, b], { weights: [1, 1], seed: 1 }).fingerprint();
  const now = mix([a, b], { weights: [1, 2], seed: 1 });
  t.deepEqual(await contentChanges(now, was, await now.fingerprint()), [
    `${now.name}: weights: [1, 1] then, [1, 2] now`,
  ]);
  const other = concatSources(a, b);
  t.deepEqual(await contentChanges(other, was, await other.fingerprint()), [
    `${other.name}: 'mix' then, 'concatSources' now`,
  ]);
});

test('tells how many rows there were in memory', async (t) => {
  const [was, now] = [memory([{ x: 1 }]), memory([{ x: 1 }, { x: 2 }])];
  const changes = await contentChanges(now, await was.fingerprint(), await now.fingerprint());
  t.deepEqual(changes, ['memory rows: 1 rows then, 2 now']);
});

test('tells nothing of what is the same', async (t) => {
  const source = memory([{ x: 1 }]);
  t.deepEqual(await contentChanges(source, await source.fingerprint(), await source.fingerprint()), []);
});
