import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { answerHere, trained } from './answerHere.ts';
import { folderOf, requestOf, versionOf } from './days.ts';

const code = { pipeline: { badRows: `badRowFile('bad.ndjson', { maxShare: 0.2 })` } };

/** Puts two rows that cannot be used after every tenth row of a day. */
async function spoil(folder: string, day: number): Promise<void> {
  const path = join(folder, 'days', `day-00${day}.csv`);
  const lines = (await readFile(path, 'utf8')).split('\n');
  const spoilt = lines.flatMap((line, i) => {
    const [time, a, color] = line.split(',');
    return i % 10 === 9 ? [line, 'what', `${time},${a},${color},2`] : [line];
  });
  await writeFile(path, spoilt.join('\n'));
}

test('a run leaves out rows that cannot be used, those of its own days, and ends with the model of the others', async (t) => {
  const folders = await Promise.all([folderOf(t, 2, code), folderOf(t, 2, code)]);
  const [clean, dirty] = folders;
  for (const day of [0, 1]) await spoil(dirty, day);
  const results = await Promise.all(
    folders.map(async (folder) => {
      const first = requestOf(folder, 0);
      const champions = [versionOf(first, trained(await answerHere(first)))];
      return trained(await answerHere(requestOf(folder, 1, { champions })));
    }),
  );
  const [expected, result] = results;
  t.is(result.trainedRows, expected.trainedRows);
  t.deepEqual(result.candidate, expected.candidate);
  t.deepEqual(result.champion, expected.champion);
  const written = await readFile(join(requestOf(dirty, 1).directory, 'bad.ndjson'), 'utf8');
  const places = written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.is(places.length, 80);
  t.true(places.every(({ file }) => file === join(dirty, 'days', 'day-001.csv')));
  await t.throwsAsync(readFile(join(requestOf(clean, 1).directory, 'bad.ndjson')), { code: 'ENOENT' });
});

test('by default the first of them fails a run', async (t) => {
  const folder = await folderOf(t, 1);
  await spoil(folder, 0);
  const { last } = await answerHere(requestOf(folder, 0));
  t.regex(last.kind === 'error' ? last.message : '', /day-000\.csv, line 11, byte \d+: expected 4 values/);
});
