import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

test('report writes a page on a run with a closer look, and goes on without what it cannot read', async (t) => {
  const cwd = await temporaryFolder(t);
  const lines = Array.from({ length: 300 }, (_, i) => `${Math.sin(i)};${i % 7};red;${Math.sin(i)}`);
  for (const name of ['train.csv', 'new.csv'])
    await writeFile(join(cwd, name), `a;b;color;amount\n${lines.slice(name === 'new.csv' ? 100 : 0).join('\n')}\n`);
  await pipelineFile(cwd, {
    options: {
      source: `csv('train.csv', { delimiter: ';' })`,
      derive: `[derive('late', ['amount'], (amount) => amount > 0)]`,
      epochs: '3',
    },
  });
  const trained = await millrace(['train', 'pipeline.mjs', '--report', '--out', 'run'], { cwd });
  t.is(trained.code, 0, trained.stderr);
  t.regex(trained.stderr, /millrace: report: run.report\.html\n$/);
  t.regex(await readFile(join(cwd, 'run', 'report.html'), 'utf8'), /<b>ROC<\/b>/);

  const other = await millrace(['report', 'run', '--source', 'new.csv', '--json'], { cwd });
  t.deepEqual([other.code, JSON.parse(other.stdout).notes], [0, []], other.stderr);
  const page = await readFile(join(cwd, 'report.html'), 'utf8');
  t.true(page.includes('the rows of csv new.csv'));
  t.true(page.includes('npx millrace train pipeline.mjs --engine '));

  await rm(join(cwd, 'train.csv'));
  const without = await millrace(['report', 'run'], { cwd });
  t.is(without.code, 0, without.stderr);
  t.regex(without.stdout, /^report\.html: 0\.\d\d MB\nThere is no closer look: .*train\.csv/);

  const wrong = await millrace(['report', 'run', 'run', '--source', 'new.csv'], { cwd });
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /--source is for a report on one run/);
});
