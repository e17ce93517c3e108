import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { interruption } from '../../src/cli/interruption.ts';
import { openOperations } from '../../src/job/daemon/openOperations.ts';
import { temporaryFolder } from '../pipeline/run.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Starts the command line as a terminal does: with a group of its own, to which signals go. */
function start(t: ExecutionContext, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** What is printed goes nowhere; all processes of the group hear of it, from the shell and from the system. */
async function closeTerminal(child: ChildProcess): Promise<unknown[]> {
  const exited = once(child, 'exit');
  child.stderr!.destroy();
  for (let times = 0; times < 2; times++) process.kill(-child.pid!, 'SIGHUP');
  return exited;
}

/** Writes a job that takes long, whose only checkpoint is the last one. */
async function longJob(folder: string): Promise<string> {
  const url = (path: string) => new URL(path, import.meta.url);
  const file = join(folder, 'job.mjs');
  await writeFile(
    file,
    `import { checkpoint, ndjsonMetrics } from '${url('../../src/index.ts')}';
import { defineJob, every } from '${url('../../src/jobs.ts')}';
import long from '${url('long.ts')}';
const pipeline = { ...long, epochs: 4000, sinks: [ndjsonMetrics(), checkpoint({ everySteps: 1e9 })] };
export default defineJob({ name: 'long', pipeline, schedule: every({ seconds: 1 }), checks: [] });`,
  );
  return file;
}

/** Resolves when the run of a folder has made its first steps. */
async function firstSteps(folder: string): Promise<void> {
  while (!(await stat(join(folder, 'metrics.ndjson')).catch(() => undefined))?.size) await setTimeout(20);
}

/** Whether a run has checkpoints. */
async function hasCheckpoint(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'checkpoints')).catch(() => []);
  return names.some((name) => /^step-\d+\.safetensors$/.test(name));
}

test('a training whose terminal is closed ends with a last checkpoint', async (t) => {
  const folder = await temporaryFolder(t);
  const run = join(folder, 'run');
  const child = start(t, 'train', await longJob(folder), '--out', run);
  await firstSteps(run);
  t.false(await hasCheckpoint(run));
  t.deepEqual(await closeTerminal(child), [130, null]);
  t.true(await hasCheckpoint(run));
});

test('a daemon whose terminal is closed gives its runs back, with a last checkpoint', async (t) => {
  const home = await temporaryFolder(t);
  const run = join(home, 'runs', 'long', '1', '1');
  const child = start(t, 'schedule', await longJob(home), '--home', home);
  await firstSteps(run);
  t.false(await hasCheckpoint(run));
  t.deepEqual(await closeTerminal(child), [0, null]);
  t.true(await hasCheckpoint(run));
  const { operations, close } = await openOperations(home, undefined);
  t.teardown(close);
  t.like(await operations.run({ id: 1 }), { state: 'queued', fence: 1, attempt: 0 });
});

test('only a second Ctrl-C or SIGTERM ends a process at once', (t) => {
  const { signal, end } = interruption();
  process.emit('SIGHUP', 'SIGHUP');
  t.true(signal.aborted);
  process.emit('SIGHUP', 'SIGHUP');
  end();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) t.is(process.listenerCount(name), 0);
});
