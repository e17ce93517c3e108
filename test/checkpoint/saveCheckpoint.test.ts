import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { latestCheckpoint } from '../../src/checkpoint/latestCheckpoint.ts';
import { loadCheckpoint } from '../../src/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.ts';
import type { Snapshot } from '../../src/checkpoint/types.ts';
import { type FileSystem, nodeFileSystem } from '../../src/files/fileSystem.ts';

async function folder(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-checkpoint-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function snapshotOf(step: number): Snapshot {
  return { tensors: { w: { shape: [1], data: new Float32Array([step]) } }, state: { step } };
}

test('loads what was saved, from a folder that it has made', async (t) => {
  const directory = join(await folder(t), 'a', 'b');
  const path = await saveCheckpoint(directory, snapshotOf(500), { step: 500 });
  t.is(path, join(directory, 'step-000000500.safetensors'));
  t.deepEqual(await loadCheckpoint(path), snapshotOf(500));
});

test('keeps the newest', async (t) => {
  const directory = await folder(t);
  for (const step of [1, 2, 3, 4]) await saveCheckpoint(directory, snapshotOf(step), { step, keep: 2 });
  t.deepEqual((await readdir(directory)).sort(), ['step-000000003.safetensors', 'step-000000004.safetensors']);
});

test('encodes before it returns its promise', async (t) => {
  const directory = await folder(t);
  const data = new Float32Array([1]);
  const saving = saveCheckpoint(directory, { tensors: { w: { shape: [1], data } }, state: {} }, { step: 1 });
  data[0] = 2;
  t.deepEqual((await loadCheckpoint(await saving)).tensors.w.data, new Float32Array([1]));
});

test('lets go of the encoded bytes when they are written, or cannot be', async (t) => {
  for (const fails of [false, true]) {
    const written: Uint8Array[] = [];
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      async open(path, flags) {
        const file = await nodeFileSystem.open(path, flags);
        const write = (bytes: Uint8Array) => {
          written.push(bytes);
          return fails ? Promise.reject(new Error('no space')) : file.write(bytes);
        };
        return { write, sync: () => file.sync(), close: () => file.close() };
      },
    };
    const saving = saveCheckpoint(await folder(t), snapshotOf(1), { step: 1, fileSystem });
    await (fails ? t.throwsAsync(saving, { name: 'CheckpointError' }) : saving);
    t.deepEqual(
      written.map(({ length }) => length),
      [0],
    );
  }
});

test('removes what dead processes have left, and nothing else', async (t) => {
  const directory = await folder(t);
  // Process numbers end far below this one.
  await writeFile(join(directory, 'step-000000001.safetensors.2147483646.tmp'), 'cut');
  await writeFile(join(directory, `step-000000002.safetensors.${process.ppid}.tmp`), 'in work');
  await writeFile(join(directory, 'notes.txt'), 'mine');
  await saveCheckpoint(directory, snapshotOf(3), { step: 3, keep: 1 });
  t.deepEqual((await readdir(directory)).sort(), [
    'notes.txt',
    `step-000000002.safetensors.${process.ppid}.tmp`,
    'step-000000003.safetensors',
  ]);
});

test('leaves the older ones and nothing half written where it cannot write', async (t) => {
  const directory = await folder(t);
  await saveCheckpoint(directory, snapshotOf(1), { step: 1, keep: 1 });
  await mkdir(join(directory, 'step-000000002.safetensors'));
  await t.throwsAsync(saveCheckpoint(directory, snapshotOf(2), { step: 2, keep: 1 }), { name: 'CheckpointError' });
  t.deepEqual((await readdir(directory)).sort(), ['step-000000001.safetensors', 'step-000000002.safetensors']);
  t.deepEqual(await loadCheckpoint(join(directory, 'step-000000001.safetensors')), snapshotOf(1));
});

test('finds the newest that is whole, and tells of the damaged', async (t) => {
  const directory = await folder(t);
  for (const step of [1, 2, 3]) await saveCheckpoint(directory, snapshotOf(step), { step });
  const damaged = join(directory, 'step-000000003.safetensors');
  await writeFile(damaged, (await readFile(damaged)).subarray(0, -1));
  const found = await latestCheckpoint(directory);
  t.deepEqual(found?.snapshot, snapshotOf(2));
  t.is(found?.path, join(directory, 'step-000000002.safetensors'));
  t.deepEqual(
    found?.damaged.map(({ path, error }) => [path, error.name]),
    [[damaged, 'CheckpointError']],
  );
});

test('removes those of later steps, which the run has gone back behind', async (t) => {
  const directory = await folder(t);
  for (const step of [1, 2, 3]) await saveCheckpoint(directory, snapshotOf(step), { step });
  await saveCheckpoint(directory, snapshotOf(2), { step: 2, keep: 1 });
  t.deepEqual(await readdir(directory), ['step-000000002.safetensors']);
});

test('finds none in an empty folder and in none', async (t) => {
  const directory = await folder(t);
  t.is(await latestCheckpoint(directory), undefined);
  t.is(await latestCheckpoint(join(directory, 'none')), undefined);
});

test('fails with the error of the newest where all are damaged', async (t) => {
  const directory = await folder(t);
  for (const step of [1, 2]) await writeFile(join(directory, `step-00000000${step}.safetensors`), 'cut');
  const error = await t.throwsAsync(latestCheckpoint(directory), { name: 'CheckpointError' });
  t.true(error?.message.includes('step-000000002'));
});

test('names a file that is not there', async (t) => {
  const path = join(await folder(t), 'none.safetensors');
  const error = await t.throwsAsync(loadCheckpoint(path), { name: 'CheckpointError' });
  t.is(error?.message, `${path}: expected a checkpoint, got no such file.`);
});

test('refuses a step and a number to keep that are out of bounds', async (t) => {
  const directory = await folder(t);
  for (const options of [{ step: -1 }, { step: 0.5 }, { step: 1, keep: 0 }]) {
    await t.throwsAsync(saveCheckpoint(directory, snapshotOf(1), options), { name: 'OptionError' });
  }
});
