import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { checkpoint, earlyStopping, ResumeError, train } from '../../../src/index.ts';
import { millrace, stoppedAt, summaryOf, temporaryFolder } from '../run.ts';
import small from '../small.ts';

const file = 'test/pipeline/small.ts';
const steps = 33;

test('a run that is stopped after any step and resumed in a new process ends with the same bits', async (t) => {
  t.timeout(300_000);
  const whole = await train(small, { directory: await temporaryFolder(t) });
  t.is(whole.steps, steps);
  for (let step = 1; step <= steps; step++) {
    const directory = await temporaryFolder(t);
    const stopped = await train(...stop(step, directory));
    t.is(stopped.outcome, 'interrupted');
    t.is(stopped.steps, step);
    const resumed = summaryOf(await millrace(['train', file, '--resume', '--out', directory, '--json']));
    t.is(resumed.parametersSha256, whole.parametersSha256, `stopped after step ${step}`);
    t.deepEqual(
      {
        rows: resumed.rows,
        steps: resumed.steps,
        loss: resumed.loss,
        validation: resumed.validation,
        missing: resumed.missing,
      },
      { rows: whole.rows, steps: whole.steps, loss: whole.loss, validation: whole.validation, missing: whole.missing },
    );
  }
});

function stop(step: number, directory: string) {
  const { pipeline, signal } = stoppedAt(small, step);
  return [pipeline, { directory, signal }] as const;
}

test('a run that is stopped again and again reads in its metrics as one run', async (t) => {
  const directory = await temporaryFolder(t);
  const whole = await temporaryFolder(t);
  await train(small, { directory: whole });
  for (const step of [3, 11, 12, 20, 29]) {
    const { pipeline, signal } = stoppedAt(small, step);
    await train(pipeline, { directory, signal, resume: step > 3 });
  }
  await train(small, { directory, resume: true });
  const timeless = async (folder: string) =>
    (await readFile(join(folder, 'metrics.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ kind, step, epoch, rows, loss, learningRate, gradientNorm, missing, metrics }) => ({
        kind,
        step,
        epoch,
        rows,
        loss,
        learningRate,
        gradientNorm,
        missing,
        metrics,
      }));
  t.deepEqual(await timeless(directory), await timeless(whole));
});

test('a finished run is resumed to no further step, and to more epochs where more are asked for', async (t) => {
  const directory = await temporaryFolder(t);
  const three = await train(small, { directory });
  const again = await train(small, { directory, resume: true });
  t.deepEqual([again.steps, again.parametersSha256], [three.steps, three.parametersSha256]);
  t.deepEqual(again.validation, three.validation);
  const four = await train({ ...small, epochs: 4 }, { directory, resume: true });
  const atOnce = await train({ ...small, epochs: 4 }, { directory: await temporaryFolder(t) });
  t.is(four.parametersSha256, atOnce.parametersSha256);
});

test('the last checkpoint of a run is the same to the byte wherever the run was stopped, also at the last step and where early stopping ends it', async (t) => {
  const sinks = [checkpoint({ everySteps: 1, keep: 1 })];
  const stopping = earlyStopping({ metric: 'logLoss', patience: 2, minDelta: 10 });
  for (const changes of [
    {},
    { split: { validation: 0 } },
    { earlyStopping: stopping, validateEverySteps: 4 },
    // It ends with an epoch, too.
    { earlyStopping: stopping, validateEverySteps: 11, epochs: 5 },
  ]) {
    const given = { ...small, ...changes, sinks };
    const whole = await train(given, { directory: await temporaryFolder(t) });
    const bytes = await readFile(`${whole.checkpoint}`);
    for (const step of new Set([1, 7, 11, whole.steps - 1, whole.steps])) {
      const directory = await temporaryFolder(t);
      const { pipeline, signal } = stoppedAt(given, step);
      await train(pipeline, { directory, signal });
      const { checkpoint: last } = await train(given, { directory, resume: true });
      t.deepEqual(await readFile(`${last}`), bytes, `${JSON.stringify(changes)}, stopped after step ${step}`);
    }
  }
});

test('resuming where there is nothing says so', async (t) => {
  const directory = await temporaryFolder(t);
  const error = await t.throwsAsync(train(small, { directory, resume: true }), { instanceOf: ResumeError });
  t.regex(error.message, /expected a checkpoint to resume, got none/);
});

test('a changed batch, seed, network or source is refused with what changed', async (t) => {
  const directory = await temporaryFolder(t);
  const { pipeline, signal } = stoppedAt(small, 5);
  await train(pipeline, { directory, signal });
  const changes = [
    { change: { batch: 8 }, message: /: batch: 16 -> 8\. Undo/ },
    { change: { seed: 4 }, message: /: seed: 3 -> 4\. Undo/ },
    { change: { network: small.network.slice(2) }, message: /: network\[0\]: .* -> none/ },
    {
      change: { source: { ...small.source, fingerprint: async () => 'another' } },
      message: /content that training began with/,
    },
  ];
  for (const { change, message } of changes) {
    const error = await t.throwsAsync(train({ ...small, ...change }, { directory, resume: true }), {
      instanceOf: ResumeError,
    });
    t.regex(error.message, message);
  }
});
