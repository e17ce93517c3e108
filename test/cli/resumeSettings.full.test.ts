import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { configurePipeline, train } from '../../src/index.ts';
import { type Ended, millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { type PipelineFile, pipelineFile } from './pipelineFile.ts';

/** Interrupts its own process after the step that the environment names. */
const stop = `{
  name: 'stop',
  onError: 'stop',
  open: () => ({
    write({ kind, step }) {
      if (kind === 'step' && String(step) === process.env.STOP_AT) process.kill(process.pid, 'SIGINT');
    },
    close() {},
  }),
}`;

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A printed command in a shell, with the sources in the place of the package. */
function pasted(command: string, stopAt: number): Promise<Ended> {
  const env = { ...process.env, NODE: process.execPath, MAIN: main, STOP_AT: `${stopAt}` };
  return new Promise((resolve) => {
    execFile('bash', ['-c', `npx() { shift; "$NODE" "$MAIN" "$@"; }; ${command}`], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), signal: null, stdout, stderr }),
    );
  });
}

/** A folder and a pipeline whose paths have a space and a quotation mark. */
async function run(t: ExecutionContext, options: PipelineFile['options'] = {}) {
  const folder = join(await temporaryFolder(t), "Anna's runs");
  await mkdir(folder);
  const out = join(folder, 'out');
  const sinks = `[checkpoint({ everySteps: 2 }), ${stop}]`;
  const write = (given: PipelineFile['options'] = {}) =>
    pipelineFile(folder, { options: { sinks, ...options, ...given } });
  const file = await write();
  const stopAt = (step: number | undefined, ...args: readonly string[]) =>
    millrace(['train', file, '--out', out, ...args], { env: { STOP_AT: `${step}` } });
  const config = async () => JSON.parse(await readFile(join(out, 'config.json'), 'utf8'));
  return { folder, out, file, write, stopAt, config };
}

test('what was given on the command line is part of the run, until something else is given', async (t) => {
  const { folder, file, stopAt, config } = await run(t);
  const given = ['--epochs', '1000', '--set', 'batch=10', '--set', 'optimizer.learningRate=0.05', '--threads', '1'];
  const first = await stopAt(30, ...given, '--engine', 'reference');
  t.is(first.code, 130, first.stderr);
  t.regex(
    first.stdout,
    /\nevaluate: {2}npx millrace evaluate '.*' *\npredict: {3}npx millrace predict '.*' SOURCE --to predictions\.csv *\nreport: {4}npx millrace report '.*'\n$/,
  );
  t.false(first.stdout.includes('train on:'));

  const [, goOn] = /^go on: +(npx millrace train .*)$/m.exec(first.stdout) ?? [];
  const second = await pasted(`${goOn} --json`, 200);
  t.is(second.code, 130, second.stderr);
  t.regex(second.stderr, /set as when the run began: batch=10, optimizer\.learningRate=0\.05, epochs=1000"/);
  const { outcome, steps, epochs } = summaryOf(second);
  t.is(outcome, 'interrupted');
  t.true(steps >= 200);
  const { engine, settings } = await config();
  t.like(engine, { name: 'reference', threads: 1 });
  t.deepEqual(settings, { batch: 10, 'optimizer.learningRate': 0.05, epochs: 1000 });

  const more = epochs + 2;
  const third = await stopAt(undefined, '--resume', '--epochs', `${more}`, '--threads', '2', '--json');
  t.regex(third.stderr, /: batch=10, optimizer\.learningRate=0\.05; now: epochs=\d+ \(was 1000\)"/);
  const { default: pipeline } = await import(`${file}?whole`);
  const whole = await train(
    configurePipeline({ ...pipeline, sinks: [] }, { batch: 10, 'optimizer.learningRate': 0.05, epochs: more }),
    { directory: join(folder, 'whole'), engine: 'reference' },
  );
  t.like(summaryOf(third), {
    outcome: 'completed',
    engine: 'reference',
    epochs: more,
    steps: whole.steps,
    parametersSha256: whole.parametersSha256,
  });
  t.is((await config()).engine.threads, 2);
  const evaluated = await millrace(['evaluate', `${summaryOf(third).checkpoint}`, '--engine', 'reference', '--json']);
  t.deepEqual(JSON.parse(evaluated.stdout).metrics, whole.validation);
});

test('what contradicts the run is told, with what to leave out', async (t) => {
  const { out, file, write, stopAt } = await run(t);
  await stopAt(15, '--epochs', '1000', '--set', 'optimizer.beta1=0.8');
  const refused = async (message: RegExp, ...args: readonly string[]) => {
    const { code, stderr } = await stopAt(undefined, '--resume', ...args);
    t.is(code, 1);
    t.regex(stderr, message);
  };
  await refused(
    /then -> now\): batch: 16 -> 8; optimizer\.beta1: 0\.8 -> 0\.9\. Leave out --set optimizer\.beta1 and --set batch to go on, or/,
    ...['--set', 'batch=8', '--set', 'optimizer.beta1=0.9'],
  );
  await refused(
    /expected at least 2 epochs: the run is within epoch 2, got 1\. Give it so many to go on/,
    '--epochs',
    '1',
  );
  await write({ seed: '2' });
  await refused(/then -> now\): seed: 1 -> 2\. Undo the change to go on, or/);
  await write({ optimizer: 'sgd({ learningRate: 0.1 })' });
  await refused(
    /expected a pipeline that takes what was set when the run began: optimizer\.beta1=0\.8, epochs=1000, got setting optimizer\.beta1: /,
  );
  await write();
  const wrong = await stopAt(undefined, '--resume', '--set', 'bacth=3');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /setting bacth: .*Did you mean batch/);
  t.is((await millrace(['train', file, '--out', out, '--resume', '--epochs', '3', '--json'])).code, 0);
});

test('where nothing is left to do it is said, and nothing is there to go on with', async (t) => {
  const { folder, file, stopAt } = await run(t);
  const first = await stopAt(undefined);
  t.is(first.code, 0);
  t.false(first.stdout.includes('go on:'));
  t.regex(first.stdout, /\ntrain on: {2}npx millrace train '.*' --resume --out '.*out' --epochs 2\n/);
  for (const number of [1, 2]) {
    const { stdout } = await millrace(['train', file], { cwd: folder });
    t.regex(
      stdout,
      new RegExp(`\ntrain on: .* --resume --out runs/given/${number} --epochs 2\n`),
      'it names its folder',
    );
  }
  const again = await stopAt(undefined, '--resume');
  t.regex(again.stderr, /: its 1 epoch is over, nothing is left to do; --epochs 2 trains on\n/);
  t.true(again.stdout.includes(`--epochs 2\n`), again.stdout);
  const two = await stopAt(undefined, '--resume', '--epochs', '2');
  t.true(two.stdout.includes(`--epochs 3\n`), two.stdout);
  const fewer = await stopAt(undefined, '--resume', '--epochs', '1');
  t.is(fewer.code, 1);
  t.regex(fewer.stderr, /expected at least 2 epochs: so many are over, got 1\./);
});

test('a run that early stopping has ended, or whose rows are gone, has no command to go on with', async (t) => {
  const stopped = await run(t, {
    epochs: '1000',
    earlyStopping: `earlyStopping({ metric: 'logLoss', patience: 1, minDelta: 0.5 })`,
  });
  const { stdout, stderr } = await stopped.stopAt(undefined);
  t.false(/go on:|train on:/.test(stdout), stdout);
  t.true(stdout.includes('\nevaluate:  npx'), stdout + stderr);
  const again = await stopped.stopAt(undefined, '--resume');
  t.regex(again.stderr, /: early stopping has ended it in epoch 2, nothing is left to do\n/);

  const piped = await run(t, {
    source: `csv('-', { types: { late: 'int32' } })`,
    features: '{ a: numeric() }',
    fit: '{ rows: 50 }',
    split: '{ validation: 0 }',
    shuffle: 'false',
  });
  const lines = Array.from({ length: 200 }, (_, i) => `${Math.sin(i)},${i % 2}`).join('\n');
  const once = await millrace(['train', piped.file, '--out', piped.out], { input: `a,late\n${lines}\n` });
  t.is(once.code, 0, once.stderr);
  t.false(/go on:|train on:/.test(once.stdout), once.stdout);
  t.regex(once.stdout, /\nevaluate: {2}npx millrace evaluate '.*\.safetensors' SOURCE\n/);
});
