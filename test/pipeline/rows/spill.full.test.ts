import { spawn } from 'node:child_process';
import { readdir, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import {
  configurePipeline,
  definePipeline,
  describe,
  OptionError,
  ResumeError,
  type Source,
  SpillError,
  type Summary,
  train,
} from '../../../src/index.ts';
import { millrace, stoppedAt, summaryOf, temporaryFolder } from '../run.ts';
import small from '../small.ts';
import spilled from '../spilled.ts';

const file = 'test/pipeline/spilled.ts';

const figures = ({ parametersSha256, rows, steps, loss, validation, missing, unseen }: Summary) => ({
  parametersSha256,
  rows,
  steps,
  loss,
  validation,
  missing,
  unseen,
});

/** The pipeline with a source that counts how often it is opened, and calls back at each record batch. */
function watched(pipeline: typeof small, onBatch: (opened: number, batch: number) => void = () => {}) {
  let opened = 0;
  const source: Source = {
    ...pipeline.source,
    async *open(options) {
      opened++;
      let batch = 0;
      for await (const each of pipeline.source.open(options)) {
        onBatch(opened, batch++);
        yield each;
      }
    },
  };
  return { pipeline: { ...pipeline, source }, opened: () => opened };
}

/** Files of a run that this process holds open although they have no name. */
async function heldFiles(directory: string): Promise<string[]> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return links.filter((link) => link.startsWith(directory));
}

const onLinux = platform() === 'linux' ? test : test.skip;

test('a spilling run that is stopped after any step and resumed ends with the same bits and counts', async (t) => {
  const whole = await train(spilled, { directory: await temporaryFolder(t) });
  t.true(whole.missing > 0);
  t.is(whole.epochs, 3);
  for (let step = 1; step <= whole.steps; step++) {
    const directory = await temporaryFolder(t);
    const { pipeline, signal } = stoppedAt(spilled, step);
    const stopped = await train(pipeline, { directory, signal });
    t.is(stopped.steps, step);
    const resumed = await train(spilled, { directory, resume: true });
    t.deepEqual(figures(resumed), figures(whole), `stopped after step ${step}`);
  }
});

test('a spilling run that is killed goes on in a new process to the same bits, and leaves no file', async (t) => {
  const whole = await train(spilled, { directory: await temporaryFolder(t) });
  const directory = await temporaryFolder(t);
  for (const [step, ...resume] of [['6'], ['18', '--resume']]) {
    const killed = await millrace(['train', file, '--out', directory, ...resume], { env: { KILL_AT: step } });
    t.is(killed.signal, 'SIGKILL', killed.stderr);
    t.deepEqual(
      (await readdir(directory)).filter((name) => name.includes('spill')),
      [],
    );
  }
  const resumed = await millrace(['train', file, '--out', directory, '--resume', '--json']);
  t.deepEqual(figures(summaryOf(resumed)), figures(whole));
});

test('the source is read once to fit and once to deal, however many epochs there are', async (t) => {
  const { pipeline, opened } = watched(spilled);
  await train(pipeline, { directory: await temporaryFolder(t) });
  t.is(opened(), 2);
});

test('a resumed run that is interrupted while it deals loses and doubles nothing', async (t) => {
  const whole = await train(spilled, { directory: await temporaryFolder(t) });
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(spilled, 17);
  await train(pipeline, { directory, signal });
  const abort = new AbortController();
  const { pipeline: dealing } = watched(spilled, (_, batch) => {
    if (batch === 3) abort.abort();
  });
  const interrupted = await train(dealing, { directory, signal: abort.signal, resume: true });
  t.deepEqual([interrupted.outcome, interrupted.steps], ['interrupted', 17]);
  t.deepEqual(figures(await train(spilled, { directory, resume: true })), figures(whole));
});

test('rows that fit into the window are shuffled there, and the run has the same bits as one that may not spill', async (t) => {
  const spilling = { ...small, shuffle: { memoryMB: 1, spill: true } };
  const staying = { ...small, shuffle: { memoryMB: 1 } };
  const [a, b] = [
    await train(spilling, { directory: await temporaryFolder(t) }),
    await train(staying, { directory: await temporaryFolder(t) }),
  ];
  t.deepEqual(figures(a), figures(b));
});

test('another folder changes nothing, whether to spill does', async (t) => {
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(spilled, 5);
  await train(pipeline, { directory, signal });
  const spill = { directory: await temporaryFolder(t), maxDiskMB: 1 };
  const { memoryMB } = spilled.shuffle || { memoryMB: 1 };
  const error = await t.throwsAsync(train({ ...spilled, shuffle: { memoryMB } }, { directory, resume: true }), {
    instanceOf: ResumeError,
  });
  t.regex(error.message, /: shuffle\.spill: true -> not given\. Undo/);
  const resumed = await train({ ...spilled, shuffle: { memoryMB, spill } }, { directory, resume: true });
  t.deepEqual(figures(resumed), figures(await train(spilled, { directory: await temporaryFolder(t) })));
});

onLinux('however a run ends, its rows on disk are given back', async (t) => {
  const directory = await temporaryFolder(t);
  let held = 0;
  const look = { name: 'look', onError: 'stop' as const };
  const looking = (fail: boolean) => ({
    ...look,
    open: () => ({
      async write({ kind }: { readonly kind: string }) {
        if (kind !== 'report') return;
        held = (await heldFiles(directory)).filter((link) => link.includes('millrace-spill')).length;
        if (fail) throw new Error('on purpose');
      },
      close() {},
    }),
  });
  await train({ ...spilled, sinks: [looking(false)] }, { directory });
  t.is(held, 1);
  t.deepEqual(await heldFiles(directory), []);
  await t.throwsAsync(train({ ...spilled, sinks: [looking(true)] }, { directory }), { message: /on purpose/ });
  t.deepEqual(await heldFiles(directory), []);
  const { pipeline, signal } = stoppedAt(spilled, 7);
  await train({ ...pipeline, sinks: pipeline.sinks.slice(-1) }, { directory, signal });
  t.deepEqual(await heldFiles(directory), []);
});

onLinux('a disk that is full ends the run with what to do', async (t) => {
  const directory = await temporaryFolder(t);
  // Files of at most 32 KiB: the system refuses to write further.
  const command = `ulimit -f 32; exec "$0" src/cli/main.ts train test/pipeline/largeSpilled.ts --out ${directory}`;
  const child = spawn('bash', ['-c', command, process.execPath], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  for await (const data of child.stderr) stderr += data;
  t.regex(stderr, /millrace: .*expected room for more than the 0.0 MB of rows written so far, got EFBIG.*Make room/);
  t.deepEqual(
    (await readdir(directory)).filter((name) => name.includes('spill')),
    [],
  );
});

test('a folder that cannot be written to, and too little disk, are errors that name the option', async (t) => {
  const { memoryMB } = spilled.shuffle || { memoryMB: 1 };
  const missing = join(await temporaryFolder(t), 'a', 'b');
  const train1 = async (spill: object) =>
    t.throwsAsync(train({ ...spilled, shuffle: { memoryMB, spill } }, { directory: await temporaryFolder(t) }), {
      instanceOf: SpillError,
    });
  t.regex((await train1({ directory: missing })).message, /ENOENT.*shuffle.spill.directory/);
  t.regex((await train1({ maxDiskMB: 0.001 })).message, /maxDiskMB/);
});

test('the description tells the buckets and what they take on disk', async (t) => {
  const stages = await describe(spilled);
  const { output } = stages.find(({ stage }) => stage.startsWith('shuffle')) ?? { output: '' };
  t.is(output, '5 buckets of about 32 rows, 0.0 MB on disk; each permuted in memory');
});

test('options out of bounds are refused when the pipeline is declared', (t) => {
  const declare = (spill: unknown) => () =>
    definePipeline({ ...small, shuffle: { memoryMB: 1, spill: spill as boolean } });
  t.throws(declare('yes'), {
    instanceOf: OptionError,
    message: /^definePipeline: shuffle.spill: expected true or false, or \{ directory, maxDiskMB \}, got 'yes'/,
  });
  t.throws(declare({ directory: '' }), { instanceOf: OptionError, message: /shuffle.spill.directory/ });
  t.throws(declare({ maxDiskMB: 0 }), { instanceOf: OptionError, message: /shuffle.spill.maxDiskMB/ });
});

test('a setting of the memory keeps what was said of the disk', (t) => {
  const { shuffle } = configurePipeline(spilled, { 'shuffle.memoryMB': 3 });
  t.deepEqual(shuffle, { memoryMB: 3, spill: true });
  t.deepEqual(configurePipeline(small, { 'shuffle.spill': true }).shuffle, { memoryMB: 0.0021, spill: true });
});
