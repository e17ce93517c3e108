import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';

const front = new URL('../../src/index.ts', import.meta.url).href;

/** Whoever has been here for long rarely leaves, and who pays much often does. */
function customers(rows: number, label: (leaves: boolean) => string): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const months = (i * 37) % 60;
    const fee = 10 + ((i * 7919) % 900) / 10;
    return [['basic', 'plus', 'all'][i % 3], months, fee.toFixed(1), label(fee > 40 + months)].join(',');
  });
  return ['plan,months,fee,churned', ...lines, ''].join('\n');
}

test('three commands lead from a CSV to predictions', async (t) => {
  const cwd = await temporaryFolder(t);
  writeFileSync(
    join(cwd, 'data.csv'),
    customers(600, (leaves) => (leaves ? 'yes' : 'no')),
  );
  const begun = await millrace(['init', 'data.csv', '--target', 'churned'], { cwd });
  t.is(begun.code, 0, begun.stderr);
  t.regex(begun.stdout, /npx millrace train churned\.ts\n.*npx millrace predict runs\/churned\/1 data\.csv --to .*\n$/);
  const path = join(cwd, 'churned.ts');
  const text = readFileSync(path, 'utf8');
  // There is no package to import from in the folder of a test.
  writeFileSync(path, text.replace("from 'millrace'", `from '${front}'`));
  const trained = await millrace(['train', 'churned.ts', '--epochs', '8', '--json'], { cwd });
  t.is(trained.code, 0, trained.stderr);
  t.true(JSON.parse(trained.stdout).validation.auc > 0.9);
  // Rows of which nobody knows yet whether they leave.
  const [, ...rows] = customers(5, () => '').split('\n');
  const unlabelled = rows.filter((row) => row !== '').map((row) => row.replace(/,$/, ''));
  writeFileSync(join(cwd, 'new.csv'), ['plan,months,fee', ...unlabelled].join('\n'));
  const predicted = await millrace(['predict', 'runs/churned/1', 'new.csv', '--quiet'], { cwd });
  t.is(predicted.code, 0, predicted.stderr);
  const answers = predicted.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).predicted);
  // Fees of 10, 81.9, 63.8, 45.7 and 27.6 after 0, 37, 14, 51 and 28 months.
  t.deepEqual(answers, ['no', 'yes', 'yes', 'no', 'no']);
});

test('a file that is there is written over with --force alone', async (t) => {
  const cwd = await temporaryFolder(t);
  writeFileSync(join(cwd, 'data.csv'), customers(100, String));
  writeFileSync(join(cwd, 'churned.ts'), 'mine');
  const refused = await millrace(['init', 'data.csv', '--target', 'churned'], { cwd });
  t.is(refused.code, 1);
  t.regex(refused.stderr, /churned\.ts.*expected no such file yet.*--force/);
  t.is(readFileSync(join(cwd, 'churned.ts'), 'utf8'), 'mine');
  const forced = await millrace(['init', 'data.csv', '--target', 'churned', '--force'], { cwd });
  t.is(forced.code, 0, forced.stderr);
  t.regex(readFileSync(join(cwd, 'churned.ts'), 'utf8'), /target: binary\('churned'\)/);
});
