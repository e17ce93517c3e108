import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

const rows = Array.from({ length: 90 }, (_, i) => [
  i % 8 === 5 ? '-999' : `${(i % 11) / 2}`,
  i % 3,
  (i * 5) % 7 > 3 ? 1 : 0,
]);
const textOf = (delimiter: string, all = rows) =>
  `a;b;late\n${all.map((row) => `${row.join(';')}\n`).join('')}`.replaceAll(';', delimiter);

test('evaluate reads a file that is named as the source of the pipeline reads, and says how', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'train.csv'), textOf(';'));
  await pipelineFile(cwd, {
    options: {
      source: `limit(csv('train.csv', { delimiter: ';', nulls: ['', '-999'] }), 80)`,
      features: '{ a: numeric(), b: numeric() }',
      split: '{ validation: 0 }',
    },
  });
  const { checkpoint } = summaryOf(await millrace(['train', 'pipeline.mjs', '--json'], { cwd }));
  const evaluate = (...args: string[]) => millrace(['evaluate', `${checkpoint}`, ...args], { cwd });
  const own = JSON.parse((await evaluate('train.csv', '--json')).stdout);
  t.like(own, {
    source: 'csv train.csv',
    reading: { format: 'csv', options: { delimiter: ';', nulls: ['', '-999'] } },
    rows: 90,
    missing: rows.filter(([a]) => a === '-999').length,
  });
  const shown = await evaluate('train.csv');
  t.regex(shown.stdout, /^csv train\.csv, 90 rows\nread as csv \{ delimiter: ';', nulls: \['', '-999'\] \}\n\n/);

  // The same rows in other files, with what differs on the command line.
  await mkdir(join(cwd, 'parts'));
  await writeFile(join(cwd, 'parts', '1.csv'), textOf(';', rows.slice(0, 40)));
  await writeFile(join(cwd, 'parts', '2.csv'), textOf(';', rows.slice(40)));
  await writeFile(join(cwd, 'pipes.txt'), textOf('|').replaceAll('-999', 'NA'));
  await writeFile(join(cwd, 'tabs.tsv'), textOf('\t'));
  await writeFile(
    join(cwd, 'latin'),
    Buffer.from(
      textOf(';')
        .replace('a;', 'ä;a;')
        .replace(/^(?=[-\d])/gm, '0;'),
      'latin1',
    ),
  );
  await writeFile(join(cwd, 'commas.csv'), textOf(';').replaceAll('.', ','));
  for (const args of [
    ['parts'],
    ['parts/*.csv'],
    ['tabs.tsv'],
    ['pipes.txt', '--delimiter', '|', '--nulls', 'NA'],
    ['latin', '--encoding', 'latin1'],
    ['commas.csv', '--decimal', ',', '--types', 'b=float64'],
    ['tabs.tsv', '--format', 'csv', '--delimiter', '\\t'],
  ]) {
    const { stdout, stderr } = await evaluate(...args, '--json');
    t.like(JSON.parse(stdout || '{}'), { rows: 90, missing: own.missing, metrics: own.metrics }, `${args} ${stderr}`);
  }

  for (const [args, message] of [
    [['train.csv', '--format', 'cvs'], /--format: expected one of parquet, csv, .*, got cvs\. Did you mean csv/],
    [['train.csv', '--types', 'a'], /csv: types: expected 'int32', .*, got 'a'/],
    [['train.csv', '--types', '=int64'], /--types: expected COLUMN=TYPE, got =int64/],
    [['train.csv', '--decimal', '!'], /csv: decimal: expected '\.' or ','/],
    [['rows.parquet', '--delimiter', ';'], /parquet: .*delimiter/],
    [['--nulls', 'NA'], /--nulls says how a SOURCE is read: name one/],
  ] as const) {
    const refused = await evaluate(...args);
    t.is(refused.code, 2, refused.stderr);
    t.regex(refused.stderr, message);
  }
  // What is wrong in the file is no wrong use.
  const wrong = await evaluate('pipes.txt');
  t.is(wrong.code, 1);
  t.regex(
    wrong.stderr,
    /csv pipes\.txt: expected a column a, got the columns .*: the header has one column "a\|b\|late"\. Give delimiter: "\|"/,
  );
});
