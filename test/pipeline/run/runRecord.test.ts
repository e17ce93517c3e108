import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import {
  badRowFile,
  binary,
  checkpoint,
  earlyStopping,
  memory,
  type Pipeline,
  type Sink,
  sgd,
  tensorboard,
  train,
  version,
} from '../../../src/index.ts';
import { describePipeline } from '../../../src/pipeline/declare/description.ts';
import { millrace, stoppedAt, temporaryFolder } from '../run.ts';
import small, { rows } from '../small.ts';

/** The files of a run's folder. */
async function recordIn(directory: string) {
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  return {
    config: JSON.parse(await read('config.json')),
    summary: JSON.parse(await read('summary.json')),
    /** Without the times. */
    log: (await read('run.log'))
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, '')),
  };
}

/** The pipeline with a sink that does something at a step. */
function at(pipeline: Pipeline, step: number, action: (directory: string) => void | Promise<void>): Pipeline {
  const sink: Sink = {
    name: 'acting',
    onError: 'stop',
    open: ({ directory }) => ({
      write: (event) => (event.kind === 'step' && event.step === step ? action(directory) : undefined),
      close() {},
    }),
  };
  return { ...pipeline, sinks: [...pipeline.sinks, sink] };
}

test('a completed run leaves its summary, its configuration and its log, and the summary says what is where', async (t) => {
  const directory = await temporaryFolder(t);
  const declared = { file: 'small.ts', settings: { epochs: 3 } };
  const returned = await train(small, { directory, declared, threads: 1 });
  const { config, summary, log } = await recordIn(directory);
  t.deepEqual(summary, JSON.parse(JSON.stringify(returned)));
  t.like(summary, { outcome: 'completed', error: null, steps: 33, epochs: 3 });
  const record = ['summary.json', 'config.json', 'run.log', 'README.txt'];
  t.deepEqual(Object.keys(summary.files), ['metrics.ndjson', 'checkpoints', ...record]);
  t.deepEqual((await readdir(directory)).sort(), Object.keys(summary.files).sort());
  const readme = await readFile(join(directory, 'README.txt'), 'utf8');
  t.regex(readme, /^A training run of the pipeline small, by Millrace: completed\.\n/);
  for (const file of Object.keys(summary.files)) t.regex(readme, new RegExp(`^${file} +[a-z].* {2}\\S`, 'm'));

  t.like(config, { name: 'small', resumedAt: null, ...declared, warmStart: null });
  t.like(config.pipeline, JSON.parse(JSON.stringify(describePipeline(small))));
  t.like(config.pipeline, { epochs: 3, sinks: ['ndjsonMetrics', 'checkpoint'] });
  t.deepEqual(config.versions, { millrace: version, node: process.version });
  t.like(config.engine, { name: returned.engine, threads: 1 });
  t.true(config.machine.cores > 0 && config.machine.memoryBytes > 0);
  t.true(Date.parse(config.began) >= Date.parse(summary.began));

  t.regex(log[0], /^small begins in .*, on the \w+ engine/);
  t.regex(log[1], /^fitted the preprocessing on \d+ rows in /);
  const epochs = log.filter((line) => /^epoch \d of 3: loss /.test(line));
  t.is(epochs.length, 3);
  // All metrics, of which a console has some.
  for (const name of Object.keys(returned.validation!)) t.true(epochs[2].includes(` ${name} `), name);
  t.is(log.at(-1), 'completed at epoch 3, step 33');
});

test('a run that fails in training leaves what it failed with, how far it came and the last good checkpoint', async (t) => {
  const directory = await temporaryFolder(t);
  const told: string[] = [];
  const failing = at(small, 7, () => {
    throw new Error('disk full');
  });
  const log = (_: string, message: string) => told.push(message);
  await t.throwsAsync(train(failing, { directory, log }), { message: 'disk full' });
  const record = await recordIn(directory);
  t.like(record.summary, {
    outcome: 'failed',
    error: { name: 'Error', message: 'disk full' },
    steps: 7,
    epochs: 0,
    checkpoint: join(directory, 'checkpoints', 'step-000000004.safetensors'),
  });
  t.is(record.log.at(-1), 'error: disk full');
  t.is(told.at(-1), `${join(directory, 'run.log')} and the files beside it tell of this run`);

  const resumed = await train(small, { directory, resume: true });
  t.like((await recordIn(directory)).summary, { outcome: 'completed', error: null, steps: resumed.steps });
});

test('a run whose numbers overflow says so, with the learning rate, in all of its files', async (t) => {
  const directory = await temporaryFolder(t);
  const optimizer = sgd({ learningRate: 1e30 });
  const error = await t.throwsAsync(train({ ...small, optimizer }, { directory }));
  const { summary, log, config } = await recordIn(directory);
  t.deepEqual(summary.error, { name: 'NumericError', message: error!.message });
  t.is(log.at(-1), `error: ${error!.message}`);
  t.is(config.pipeline.optimizer.options.learningRate, 1e30);
});

test('a run that fails while it is fitted leaves its files, with what was known by then', async (t) => {
  const directory = await temporaryFolder(t);
  const table = rows(200).map((row, i) => ({ ...row, late: i === 57 ? 2 : 0 }));
  const given = { ...small, source: memory(table), derive: [], target: binary('late') };
  const error = await t.throwsAsync(train(given, { directory }));
  const { summary, config, log } = await recordIn(directory);
  const { began, seconds, ...rest } = summary;
  t.deepEqual(rest, {
    name: 'small',
    outcome: 'failed',
    error: { name: 'DataError', message: error!.message },
    checkpoint: null,
    directory,
    files: rest.files,
  });
  t.true(Date.parse(began) > 0 && seconds > 0);
  t.is(config.pipeline.batch, 16);
  t.is(log.at(-1), `error: ${error!.message}`);
});

test('what is refused before a row is read writes nothing, and leaves the files of a run as they are', async (t) => {
  const directory = await temporaryFolder(t);
  const misspelt = { ...small, features: { colour: small.features.color } };
  await t.throwsAsync(train(misspelt, { directory }), { name: 'SchemaError' });
  t.deepEqual(await readdir(directory), []);

  await train(small, { directory });
  const names = ['config.json', 'run.log', 'summary.json'];
  const read = () => Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')));
  const before = await read();
  await t.throwsAsync(train(small, { directory }), { name: 'CheckpointError' });
  await t.throwsAsync(train({ ...small, batch: 8 }, { directory, resume: true }), { name: 'ResumeError' });
  t.deepEqual(await read(), before);
});

test('a run that is interrupted and resumed has one log, and the last summary and configuration', async (t) => {
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(small, 15);
  await train(pipeline, { directory, signal });
  const first = await recordIn(directory);
  t.like(first.summary, { outcome: 'interrupted', error: null, steps: 15 });
  t.is(first.log.at(-1), 'interrupted at epoch 2, step 15');

  await train({ ...small, epochs: 4 }, { directory, resume: true });
  const { config, summary, log } = await recordIn(directory);
  t.like(summary, { outcome: 'completed', epochs: 4 });
  t.like(config, { resumedAt: 15 });
  t.is(config.pipeline.epochs, 4);
  t.deepEqual(log.slice(0, first.log.length), first.log);
  t.regex(log[first.log.length], /^small goes on in /);
  t.is(log.at(-1), `completed at epoch 4, step ${summary.steps}`);
});

test('a new run in the folder of one without checkpoints begins a new log', async (t) => {
  const directory = await temporaryFolder(t);
  for (const epochs of [1, 2]) await train({ ...small, epochs, sinks: [] }, { directory });
  const { log } = await recordIn(directory);
  t.is(log.filter((line) => line.includes('begins')).length, 1);
  t.is(log.filter((line) => line.startsWith('epoch')).length, 2);
});

test('an interruption while it is fitted is one, with nothing to go on with', async (t) => {
  const directory = await temporaryFolder(t);
  const abort = new AbortController();
  const { source } = small;
  const given: Pipeline = {
    ...small,
    source: {
      ...source,
      async *open(options) {
        for await (const batch of source.open(options)) {
          yield batch;
          abort.abort();
        }
      },
    },
  };
  const error = await t.throwsAsync(train(given, { directory, signal: abort.signal }), { any: true });
  t.is(error as unknown, abort.signal.reason);
  const { summary, log } = await recordIn(directory);
  t.like(summary, { outcome: 'interrupted', error: null, checkpoint: null });
  t.is(log.at(-1), 'interrupted');
});

test('the log tells when early stopping ended a run, and which parameters the model has', async (t) => {
  const directory = await temporaryFolder(t);
  const stopping = earlyStopping({ metric: 'logLoss', patience: 2, minDelta: 10 });
  await train({ ...small, epochs: 9, earlyStopping: stopping }, { directory });
  const { log } = await recordIn(directory);
  t.is(
    log.at(-1),
    'completed, stopped early at epoch 3, step 33; the model is that of epoch 1, step 11, the best by logLoss',
  );
});

test('a killed run has its configuration and its log, and no summary of before', async (t) => {
  const directory = await temporaryFolder(t);
  const stopped = await train(small, { directory, signal: AbortSignal.abort() }).catch(() => undefined);
  t.is(stopped, undefined);
  await writeFile(join(directory, 'summary.json'), '{}');
  const killed = await millrace(['train', 'test/cli/long.ts', '--out', directory], {
    kill: { signal: 'SIGKILL', afterMs: 0, since: /step 300:/ },
  });
  t.is(killed.signal, 'SIGKILL');
  const names = await readdir(directory);
  t.true(names.includes('config.json') && !names.includes('summary.json'), names.join());
  const text = await readFile(join(directory, 'run.log'), 'utf8');
  t.regex(text, /Z long begins in /);
  const readme = await readFile(join(directory, 'README.txt'), 'utf8');
  t.regex(readme, /: it goes on, or its process has died\.\n/);
  t.notRegex(readme, /summary\.json/);
});

test('of a folder that is not that of the checkpoints, the text of the run says no more than what it is', async (t) => {
  const directory = await temporaryFolder(t);
  await train({ ...small, sinks: [tensorboard(), checkpoint()] }, { directory });
  const readme = await readFile(join(directory, 'README.txt'), 'utf8');
  t.regex(readme, /^tensorboard +losses, scores and settings, for tensorboard --logdir *$/m);
  t.regex(readme, /^checkpoints +the model, .* millrace evaluate, predict and serve/m);
});

test('rows that cannot be used are in the list of files where there are some', async (t) => {
  for (const bad of [0, 1]) {
    const directory = await temporaryFolder(t);
    const table = rows(200).map((row, i) => ({ ...row, score: i < bad ? null : row.score }));
    const given = { ...small, source: memory(table), badRows: badRowFile('bad.ndjson', { maxShare: 0.5 }) };
    const { files, badRows } = await train(given, { directory });
    t.is('bad.ndjson' in files, badRows > 0);
    t.is(badRows, bad);
  }
});

test('a summary that cannot be written costs no run, but a warning', async (t) => {
  const directory = await temporaryFolder(t);
  const told: string[] = [];
  const blocking = at(small, 20, (folder) => mkdir(join(folder, 'summary.json')).then(() => {}));
  const log = (level: string, message: string) => told.push(`${level}: ${message}`);
  const summary = await train(blocking, { directory, log });
  t.is(summary.outcome, 'completed');
  t.regex(told.at(-1)!, /^warn: .*summary.json could not be written: /);
});

test('a folder in which nothing can be written is refused', async (t) => {
  const directory = await temporaryFolder(t);
  await mkdir(join(directory, 'run.log'));
  const error = await t.throwsAsync(train(small, { directory }), { name: 'CheckpointError' });
  t.regex(error!.message, /expected a folder that can be written to, got .*\. Make room on the disk/);
  await rm(join(directory, 'run.log'), { recursive: true });
  const checkpoints = checkpoint({ everySteps: 100 });
  t.is((await train({ ...small, sinks: [checkpoints] }, { directory })).outcome, 'completed');
});
