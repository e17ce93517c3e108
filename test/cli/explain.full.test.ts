import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { millrace, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

test('explain prints importance, predictions by each column and where the model is worst', async (t) => {
  const cwd = await temporaryFolder(t);
  const line = (i: number) =>
    `${Math.sin(i)};${i % 7};${['red', 'green', 'blue'][i % 3]};${Math.sin(i) + Math.cos(5 * i) / 2}`;
  const file = (name: string, begin: number) =>
    writeFile(
      join(cwd, name),
      `a;b;color;amount\n${Array.from({ length: 300 }, (_, i) => line(begin + i)).join('\n')}\n`,
    );
  await file('train.csv', 0);
  await file('new.csv', 1000);
  await pipelineFile(cwd, {
    options: {
      source: `csv('train.csv', { delimiter: ';' })`,
      // A label that a function of the user's derives.
      derive: `[derive('late', ['amount'], (amount) => amount > 0)]`,
      epochs: '20',
    },
  });
  t.is((await millrace(['train', 'pipeline.mjs', '--quiet', '--out', 'run'], { cwd })).code, 0);
  const { code, stdout, stderr } = await millrace(['explain', 'run', 'new.csv', '--rows', '200'], { cwd });
  t.is(code, 0, stderr);
  t.is(stderr, '');
  t.regex(
    stdout,
    /^late: auc 0\.9\d* on 200 rows drawn from 300\n\nimportance +auc lost +95 % interval\na +0\.\d+ +0\.\d+ to 0\.\d+ +█{20}\n/,
  );
  t.regex(stdout, /\nprediction by .*\na +-1 to 0\.9999 +▁[▁▂▃▄▅▆▇█]+█ +0\.\d+ at -1 /);
  t.regex(stdout, /\npredicted +observed +rows\n/);
  t.regex(stdout, /\nworst on +rows +auc +90 % interval\n/);
  const own = await millrace(['explain', 'run', 'train.csv', '--json', '--groups', 'b+color', '--slices', 'a'], {
    cwd,
  });
  t.regex(
    own.stderr,
    /^millrace: train\.csv is what the model was trained on: only the rows held out from training are used\n$/,
  );
  const { rowsRead, importances, slices } = JSON.parse(own.stdout);
  t.true(rowsRead < 60, `${rowsRead} of 300`);
  t.deepEqual(
    importances.map((each: { columns: string[] }) => each.columns),
    [['a'], ['b', 'color']],
  );
  t.deepEqual(new Set(slices.map((each: { column: string }) => each.column)), new Set());
});
