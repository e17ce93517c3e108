import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { arrowIpc, parquet, type Source } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { pipelineFile } from './pipelineFile.ts';

/** With `-- --kills=all` the process is ended at each of its moments, else at some. */
const all = process.argv.includes('--kills=all');

const rows = Array.from({ length: 100 }, (_, i) => `r${i},${Math.sin(i) * 50},${Math.sin(i) > 0 ? 1 : 0}`);
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const killing = `--import=${fileURLToPath(new URL('./killAt.ts', import.meta.url))}`;

async function trained(t: ExecutionContext): Promise<string> {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'train.csv'), ['id,size,sold', ...rows, ''].join('\n'));
  await pipelineFile(cwd, {
    options: {
      // Record batches of a few rows, so that there are many places to go on from.
      source: `csv('train.csv', { batchRows: 8 })`,
      features: '{ size: numeric() }',
      target: `binary('sold')`,
      split: `{ validation: 0.2, by: ['id'] }`,
    },
  });
  summaryOf(await millrace(['train', 'pipeline.mjs', '--json', '--out', 'run'], { cwd }));
  return cwd;
}

async function valuesOf(source: Source): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const { records } of source.open({ signal: AbortSignal.timeout(60_000) })) {
    for (let i = 0; i < records.numRows; i++) found.push(records.get(i)?.toJSON());
  }
  return found;
}

const contentOf = (path: string) =>
  path.endsWith('.parquet')
    ? valuesOf(parquet(path))
    : path.endsWith('.arrow')
      ? valuesOf(arrowIpc(path))
      : readFile(path, 'utf8');

for (const [format, moments] of [
  ['csv', [6, 14]],
  ['arrow', [31]],
  ['parquet', [60]],
] as const) {
  test(`a file of ${format} that is gone on with after a kill at any moment has each row once`, async (t) => {
    const cwd = await trained(t);
    const predict = (to: string, env = {}) =>
      millrace(['predict', 'run', 'train.csv', '--keep', 'id', '--to', to, '--resume', '--quiet'], { cwd, env });
    t.is((await predict(`whole.${format}`)).code, 0);
    const expected = await contentOf(join(cwd, `whole.${format}`));
    const to = `out.${format}`;
    for (let i = 0, isOver = false; !isOver && (all || i < moments.length); i++) {
      const at = all ? (i >> 1) + 1 : moments[i]!;
      const kill = (turn: number) => ({
        NODE_OPTIONS: killing,
        KILL_AT: `${turn}`,
        KILL_WHEN: i % 2 ? 'after' : 'before',
      });
      const killed = await predict(to, kill(at));
      isOver = killed.code === 0;
      t.true(all || killed.signal === 'SIGKILL');
      if (isOver) t.log(`${at} moments`);
      // Once more, as soon as it goes on.
      if (!isOver) await predict(to, kill(1 + (i % 7)));
      const { code, stderr } = await predict(to);
      t.is(code, 0, stderr);
      t.deepEqual(await contentOf(join(cwd, to)), expected, `killed at ${at}`);
      t.deepEqual(
        (await readdir(cwd)).filter((name) => /partial|\.tmp$/.test(name)),
        [],
      );
      await rm(join(cwd, to));
    }
  });
}

test('what is there is not written again; another model, source or option is refused with what to do', async (t) => {
  const cwd = await trained(t);
  const predict = (args: readonly string[], env = {}) =>
    millrace(['predict', 'run', 'train.csv', '--to', 'out.csv', '--resume', ...args], { cwd, env });
  t.is((await predict([])).code, 0);
  const there = await predict([]);
  t.deepEqual([there.code, there.stdout], [0, '']);
  t.regex(there.stderr, /out.csv is there already, and whole: remove it to predict anew/);
  await rm(join(cwd, 'out.csv'));
  t.is((await predict([], { NODE_OPTIONS: killing, KILL_AT: '14', KILL_WHEN: 'before' })).signal, 'SIGKILL');
  const other = await predict(['--keep', 'id']);
  t.is(other.code, 1);
  t.regex(
    other.stderr,
    /got another keep\. Undo the change to go on; to begin anew, remove the folder out\.csv\.partial/,
  );
  await writeFile(join(cwd, 'train.csv'), 'id,size,sold\nr1,2,1\n');
  t.regex((await predict([])).stderr, /got another source/);
  const piped = await millrace(['predict', 'run', '-', '--format', 'csv', '--to', 'p.csv', '--resume'], {
    cwd,
    input: '',
  });
  t.regex(piped.stderr, /can be read only once/);
});

test('files that arrive are predicted once each, by the model of the moment', async (t) => {
  const cwd = await trained(t);
  const models = join(cwd, 'home', 'models', 'nightly');
  await mkdir(models, { recursive: true });
  await mkdir(join(cwd, 'in'));
  const champion = join(models, 'champion.safetensors');
  const promote = async (folder: string) => {
    t.is((await millrace(['model', 'strip', folder, '--to', `${champion}.new`], { cwd })).code, 0);
    await rm(champion, { force: true });
    await rename(`${champion}.new`, champion);
  };
  await promote('run');
  t.is((await millrace(['train', 'pipeline.mjs', '--quiet', '--out', 'run2', '--set', 'seed=9'], { cwd })).code, 0);
  const arrive = (name: string, part: readonly string[]) =>
    writeFile(
      join(cwd, 'in', name),
      ['id,size', ...part.map((row) => row.slice(0, row.lastIndexOf(','))), ''].join('\n'),
    );
  await arrive('a.csv', rows.slice(0, 10));
  await arrive('b.csv', rows.slice(10, 30));
  const watching = [
    'predict',
    '--job',
    'nightly',
    '--home',
    'home',
    'in',
    '--watch',
    '--to',
    'out',
    '--keep',
    'id',
    '--json',
  ];
  /** Watches until a file has been written, and is killed then. */
  async function until(file: string): Promise<void> {
    const child = spawn(process.execPath, [main, ...watching, '--settle-ms', '50'], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (JSON.parse(line).to === join('out', file)) child.kill('SIGKILL');
    }
  }

  await until('a.csv');
  await until('b.csv');
  const before = await readFile(join(cwd, 'out', 'a.csv'), 'utf8');
  await promote('run2');
  await arrive('c.csv', rows.slice(0, 10));
  await until('c.csv');
  t.is(await readFile(join(cwd, 'out', 'a.csv'), 'utf8'), before);
  const after = await readFile(join(cwd, 'out', 'c.csv'), 'utf8');
  t.not(after, before);
  const ids = (text: string) =>
    text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[0]);
  t.deepEqual(ids(after), ids(before));
  t.deepEqual(
    ids(await readFile(join(cwd, 'out', 'b.csv'), 'utf8')),
    rows.slice(10, 30).map((row) => row.split(',')[0]),
  );
  const wrong = await millrace(['predict', '--job', 'nigtly', '--home', 'home', 'train.csv'], { cwd });
  t.regex(wrong.stderr, /expected the champion of job nigtly, got jobs with models: nightly\. Did you mean nightly/);
});

test('a file that cannot be predicted is named at once and counted, the others go on, and it comes again when it is another', async (t) => {
  const cwd = await trained(t);
  await mkdir(join(cwd, 'in'));
  const arrive = (name: string, text: string) => writeFile(join(cwd, 'in', name), text);
  await arrive('columns.csv', 'id,height\nr1,2\n');
  await arrive('cut.parquet', 'PAR1, and no more');
  await arrive('good.csv', 'id,size\nr1,2\n');
  await arrive('value.csv', 'id,size\nr1,2\nr2,high\n');
  const args = ['predict', 'run', 'in', '--watch', '--to', 'out', '--settle-ms', '50', '--json'];
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.on('data', (text) => {
    told += text;
  });
  const ended = once(child, 'close');
  const failed = new Map<string, string>();
  const written: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { from, error, to, failed: count } = JSON.parse(line);
    if (to) written.push(to);
    else {
      t.is(count, failed.size + 1);
      failed.set(from, error);
    }
    if (written.length === 1 && failed.size === 3) await arrive('value.csv', 'id,size\nr1,2\nr2,3\n');
    if (written.length === 2) child.kill('SIGTERM');
  }
  t.deepEqual(await ended, [0, null], told);
  t.deepEqual(written, [join('out', 'good.csv'), join('out', 'value.csv')]);
  t.deepEqual((await readdir(join(cwd, 'out'))).sort(), ['good.csv', 'value.csv']);
  t.regex(failed.get(join('in', 'columns.csv'))!, /expected a column size, got the columns id, height/);
  t.regex(failed.get(join('in', 'cut.parquet'))!, /expected a whole Parquet file/);
  t.regex(failed.get(join('in', 'value.csv'))!, /value\.csv, line 3, .*column 'size': expected float64, got "high"/);
  t.regex(told, /cut\.parquet is passed over until it is another one/);
  t.regex(told, /not predicted: 2 files\n$/);
  const without = await millrace(['predict', 'gone', 'in', '--watch', '--to', 'out'], { cwd });
  t.is(without.code, 1);
  t.regex(without.stderr, /gone: expected a checkpoint, got no such file/);
});
