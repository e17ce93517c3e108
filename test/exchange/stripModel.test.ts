import { copyFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { loadCheckpoint } from '../../src/checkpoint/loadCheckpoint.ts';
import { stripModel } from '../../src/exchange.ts';
import { checkpoint, definePipeline, earlyStopping, movingAverage, train } from '../../src/index.ts';
import { loadModel } from '../../src/model.ts';
import { evaluateModel, loadTrained } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';

const pipeline = definePipeline({
  ...small,
  movingAverage: movingAverage({ decay: 0.9 }),
  earlyStopping: earlyStopping({ metric: 'logLoss', patience: 1 }),
  epochs: 3,
  sinks: [checkpoint()],
});

test('a stripped model predicts, scores and begins new runs as before, and holds no more than that takes', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint: path, validation } = await train(pipeline, { directory });
  const to = join(directory, 'stripped.safetensors');
  const done = await stripModel(directory, to);
  const [before, after] = [await loadCheckpoint(path!), await loadCheckpoint(to)];
  t.deepEqual(
    Object.keys(after.tensors).sort(),
    Object.keys(before.tensors)
      .filter((name) => /^(movingAverage\/)?[^/]+$/.test(name))
      .sort(),
  );
  t.true(Object.keys(before.tensors).length > 2 * Object.keys(after.tensors).length);
  t.is(done.bytes, (await stat(to)).size);
  t.true(done.bytes < done.bytesBefore);

  const [full, stripped] = [await loadModel(path!), await loadModel(to)];
  t.is(stripped.hash, full.hash);
  t.is(stripped.hash, done.hash);
  t.is(stripped.step, full.step);
  t.deepEqual(stripped.schema, full.schema);
  const { metrics } = await evaluateModel(await loadTrained(to, pipeline), 'validation');
  t.deepEqual(metrics, validation);
  const warm = async (from: string) => {
    const { parametersSha256 } = await train(pipeline, { directory: await temporaryFolder(t), warmStart: from });
    return parametersSha256;
  };
  t.is(await warm(to), await warm(path!));
  // Once more, and it is the same file.
  const again = await stripModel(to, join(directory, 'again.safetensors'));
  t.is(again.bytes, done.bytes);
});

test('a run is not resumed from a stripped model, and a checkpoint is not written over', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint: path } = await train(pipeline, { directory });
  await t.throwsAsync(stripModel(path!, path!), { name: 'OptionError', message: /could not be resumed any more/ });
  const elsewhere = await temporaryFolder(t);
  const stripped = join(elsewhere, 'checkpoints', path!.slice(dirname(path!).length + 1));
  await mkdir(dirname(stripped));
  await stripModel(path!, `${stripped}.new`);
  await copyFile(`${stripped}.new`, stripped);
  await t.throwsAsync(train(pipeline, { directory: elsewhere, resume: true }), {
    name: 'ResumeError',
    message: /a model that was stripped of it\. Resume from the checkpoint that it was made of/,
  });
});
