import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { train } from '../../src/index.ts';
import { findCheckpoint } from '../../src/model/findCheckpoint.ts';
import { evaluateModel, loadTrained } from '../../src/operators.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import small from '../pipeline/small.ts';

test('a file is itself, whether it is there or not; a folder stands for its newest checkpoint', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint } = await train(small, { directory });
  t.is(await findCheckpoint(checkpoint!), checkpoint!);
  t.is(await findCheckpoint('nowhere.safetensors'), 'nowhere.safetensors');
  t.is(await findCheckpoint(directory), checkpoint!);
  t.is(await findCheckpoint(join(directory, 'checkpoints')), checkpoint!);
});

test('of a run whose newest checkpoint is damaged it is the one before, which is told', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint } = await train(small, { directory });
  const bytes = await readFile(`${checkpoint}`);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(`${checkpoint}`, bytes);
  const told: string[] = [];
  t.is(
    await findCheckpoint(directory, (line) => told.push(line)),
    join(directory, 'checkpoints', 'step-000000032.safetensors'),
  );
  t.is(told.length, 1);
  t.true(told[0].startsWith(`left out: ${checkpoint}`), told[0]);
});

test('a folder without checkpoints is refused, and one of runs with the run to name', async (t) => {
  const parent = await temporaryFolder(t);
  await t.throwsAsync(findCheckpoint(parent), {
    name: 'CheckpointError',
    message: /got a folder without checkpoints\.$/,
  });
  await mkdir(join(parent, '1'));
  await train(small, { directory: join(parent, '2') });
  const error = await t.throwsAsync(findCheckpoint(parent), { name: 'CheckpointError' });
  t.true(error!.message.endsWith(`got a folder of runs. Name one of them, as ${join(parent, '2')}.`), error!.message);
});

test('a model is loaded, and training begun, from the folder of a run as from its checkpoint', async (t) => {
  const directory = await temporaryFolder(t);
  const { checkpoint, validation } = await train(small, { directory });
  t.deepEqual((await evaluateModel(await loadTrained(directory, small), 'validation')).metrics, validation);
  const [byFolder, byFile] = await Promise.all(
    [directory, `${checkpoint}`].map(async (warmStart) =>
      train(small, { directory: await temporaryFolder(t), warmStart }),
    ),
  );
  t.is(byFolder.parametersSha256, byFile.parametersSha256);
});
