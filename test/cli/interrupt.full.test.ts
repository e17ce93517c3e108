import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parquet, type Summary, train } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import long from './long.ts';

const file = 'test/cli/long.ts';

/** The steps of the reports in a metrics file, as the library reads it. */
async function reportedSteps(path: string): Promise<number[]> {
  const steps: number[] = [];
  const { signal } = new AbortController();
  for await (const { records } of parquet(path).open({ signal, columns: ['kind', 'step'] })) {
    for (const { kind, step } of records.toArray()) if (kind === 'report') steps.push(Number(step));
  }
  return steps;
}

function everyHundred(upTo: number): number[] {
  return Array.from({ length: Math.floor(upTo / 100) }, (_, i) => 100 * (i + 1));
}

let whole: Promise<Summary> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test.serial(
    `${signal} ends a run within two seconds, and what is left can be resumed to the same bits`,
    async (t) => {
      const directory = await temporaryFolder(t);
      const stopped = await millrace(['train', file, '--out', directory, '--json'], {
        kill: { signal, afterMs: 0, since: /step 300:/ },
      });
      t.is(stopped.code, 130, stopped.stderr);
      t.true(stopped.msFromKill < 2000, `${stopped.msFromKill} ms`);
      const summary = summaryOf(stopped);
      t.is(summary.outcome, 'interrupted');
      t.true(summary.steps >= 300);
      t.is(
        summary.checkpoint,
        join(directory, 'checkpoints', `step-${`${summary.steps}`.padStart(9, '0')}.safetensors`),
      );
      await access(`${summary.checkpoint}`);
      t.deepEqual(await reportedSteps(join(directory, 'metrics.parquet')), everyHundred(summary.steps));
      const lines = (await readFile(join(directory, 'metrics.ndjson'), 'utf8')).trimEnd().split('\n');
      t.notThrows(() => lines.map((line) => JSON.parse(line)));

      const resumed = await millrace(['train', file, '--out', directory, '--json', '--resume']);
      t.is(resumed.code, 0, resumed.stderr);
      whole ??= train({ ...long, sinks: [] }, { directory: await temporaryFolder(t) });
      const { parametersSha256, steps, rows, loss, validation } = await whole;
      t.like(summaryOf(resumed), { outcome: 'completed', parametersSha256, steps, rows, loss, validation });
      t.deepEqual(await reportedSteps(join(directory, 'metrics.parquet')), everyHundred(steps));
    },
  );
}

test.serial('Ctrl-C in the middle of the flights ends them within two seconds, with a checkpoint', async (t) => {
  const directory = await temporaryFolder(t);
  const pipeline = join(directory, 'flights.mjs');
  const url = (path: string) => new URL(path, import.meta.url);
  await writeFile(
    pipeline,
    `import { log } from '${url('../../src/index.ts')}';
import flights from '${url('../../pipelines/flights.ts')}';
export default { ...flights, sinks: [...flights.sinks.filter(({ name }) => name !== 'log'), log({ everyMs: 0 })] };`,
  );
  const stopped = await millrace(['train', pipeline, '--out', directory, '--json'], {
    kill: { signal: 'SIGINT', afterMs: 0, since: /epoch 1 of 1, step/ },
  });
  t.is(stopped.code, 130, stopped.stderr);
  t.true(stopped.msFromKill < 2000, `${stopped.msFromKill} ms`);
  const { steps, checkpoint } = summaryOf(stopped);
  t.true(steps >= 100);
  await access(`${checkpoint}`);
  t.is((await reportedSteps(join(directory, 'metrics.parquet'))).at(-1), 100 * Math.floor(steps / 100));
});

/** A pipeline whose source never gives its second record batch. */
const stalled = `
import { adam, binary, binaryCrossEntropy, definePipeline, dense, memory, numeric } from '${new URL('../../src/index.ts', import.meta.url)}';
async function* rows() {
  yield* Array.from({ length: 10 }, (_, i) => ({ x: i, y: i % 2 }));
  console.error('waiting for data');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}
export default definePipeline({
  name: 'stalled',
  source: memory(rows, { batchRows: 10 }),
  features: { x: numeric() },
  target: binary('y'),
  batch: 4,
  network: [dense(1)],
  loss: binaryCrossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
});
`;

test.serial('Ctrl-C while fitting waits for data ends the process, and leaves a run that says so', async (t) => {
  const cwd = await temporaryFolder(t);
  const pipeline = join(cwd, 'stalled.mjs');
  await writeFile(pipeline, stalled);
  const ended = await millrace(['train', pipeline, '--json'], {
    cwd,
    kill: { signal: 'SIGINT', afterMs: 0, since: /waiting for data/ },
  });
  t.is(ended.code, 130, ended.stderr);
  t.true(ended.msFromKill < 2000, `${ended.msFromKill} ms`);
  t.is(ended.stdout, '');
  t.regex(ended.stderr, /interrupted before the first step; there is nothing to go on with/);
  const summary = JSON.parse(await readFile(join(cwd, 'runs', 'stalled', '1', 'summary.json'), 'utf8'));
  t.like(summary, { outcome: 'interrupted', checkpoint: null });
});

test.serial('Ctrl-C while the flights are fitted ends the process within two seconds', async (t) => {
  const folder = await temporaryFolder(t);
  const pipeline = join(folder, 'flights.mjs');
  const flights = new URL('../../pipelines/flights.ts', import.meta.url);
  await writeFile(
    pipeline,
    `import flights from '${flights}';
const { source } = flights;
const open = (options) => {
  console.error('reading');
  return source.open(options);
};
export default { ...flights, source: { ...source, open } };`,
  );
  const ended = await millrace(['train', pipeline, '--out', join(folder, 'out'), '--json'], {
    kill: { signal: 'SIGINT', afterMs: 100, since: /reading/ },
  });
  t.is(ended.code, 130, ended.stderr);
  t.true(ended.msFromKill < 2000, `${ended.msFromKill} ms`);
  t.regex(ended.stderr, /interrupted before the first step; there is nothing to go on with/);
});
