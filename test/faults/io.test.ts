import { createHash } from 'node:crypto';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { latestCheckpoint } from '../../src/checkpoint/latestCheckpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/saveCheckpoint.ts';
import { CheckpointError, type Snapshot } from '../../src/index.ts';
import { temporaryFolder } from '../pipeline/run.ts';
import { type FaultyDisk, faults, faultyDisk, layOut, losses } from './faultyDisk.ts';

const folder = '/runs/flights/checkpoints';

function snapshotOf(step: number): Snapshot {
  return { tensors: { w: { shape: [64], data: new Float32Array(64).fill(step) } }, state: { step } };
}

const save = (disk: FaultyDisk, step: number) =>
  saveCheckpoint(folder, snapshotOf(step), { step, keep: 2, fileSystem: disk.fileSystem });

/** A disk on which checkpoints of these steps have been saved. */
async function diskWith(steps: readonly number[]): Promise<FaultyDisk> {
  const disk = faultyDisk();
  for (const step of steps) await save(disk, step);
  return disk;
}

/** What the real loader finds: the step, or 0 for no checkpoint. A damaged file is an error. */
function loaderIn(t: ExecutionContext) {
  const known = new Map<string, Promise<number>>();
  const look = async (files: ReadonlyMap<string, Uint8Array>) => {
    const root = await temporaryFolder(t);
    await layOut(files, root);
    const found = await latestCheckpoint(join(root, folder));
    if (!found) return 0;
    const step = found.snapshot.state.step as number;
    t.deepEqual(found.damaged, []);
    t.deepEqual(found.snapshot, snapshotOf(step));
    return step;
  };
  return (files: ReadonlyMap<string, Uint8Array>): Promise<number> => {
    const hash = createHash('sha256');
    for (const [path, bytes] of files) hash.update(`${path} ${bytes.length} `).update(bytes);
    const key = hash.digest('hex');
    const found = known.get(key) ?? look(files);
    known.set(key, found);
    return found;
  };
}

/** Every state in which a power failure may leave the disk: any number of the changes of names, each loss of bytes. */
function afterPowerFailure(disk: FaultyDisk): Map<string, Uint8Array>[] {
  return Array.from({ length: disk.pending + 1 }, (_, count) => losses.map((loss) => disk.files(count, loss))).flat();
}

const scenarios = [
  { title: 'a folder with two checkpoints, of which one goes', before: [1, 2] },
  { title: 'a folder that is not there', before: [] },
];

for (const { title, before } of scenarios) {
  for (const fault of faults) {
    test(`${fault}, at each operation of a save into ${title}: the loader finds the checkpoint before or the new one`, async (t) => {
      const load = loaderIn(t);
      const previous = before.at(-1) ?? 0;
      const whole = await diskWith(before);
      const already = whole.operations.length;
      await save(whole, 3);
      const operations = whole.operations.slice(already);
      t.true(operations.length >= 10);
      let states = 0;

      for (const [at, operation] of operations.entries()) {
        const where = `${fault} at ${operation}`;
        const disk = await diskWith(before);
        disk.fail(at, fault);
        const error = await save(disk, 3).then(
          () => undefined,
          (reason) => reason,
        );
        if (error) t.true(error instanceof CheckpointError, `${where}: ${error}`);
        const allowed = error ? [previous, 3] : [3];
        t.true(allowed.includes(await load(disk.files())), `${where}, seen by the living`);
        for (const files of afterPowerFailure(disk)) {
          const found = await load(files);
          states++;
          t.true(allowed.includes(found), `${where}, after a power failure: found ${found}, ${error ?? 'saved'}`);
        }
        await goesOn(t, disk, where, load);
      }
      t.log(`${operations.length} operations, ${states} states after a power failure`);
    });
  }
}

/** The next process, or the same one when there is space again, saves as if nothing had been. */
async function goesOn(
  t: ExecutionContext,
  disk: FaultyDisk,
  where: string,
  load: ReturnType<typeof loaderIn>,
): Promise<void> {
  disk.mend();
  await save(disk, 4);
  t.deepEqual(
    [...disk.files().keys()].filter((path) => path.endsWith('.tmp')),
    [],
    `${where}, then saved again`,
  );
  for (const files of afterPowerFailure(disk)) t.is(await load(files), 4, `${where}, then saved again`);
}

test('a short write and any number of them save the whole', async (t) => {
  const disk = faultyDisk();
  const { fileSystem } = disk;
  const drops = {
    ...fileSystem,
    open: async (path: string, flags: 'r' | 'w') => {
      const file = await fileSystem.open(path, flags);
      return { ...file, write: (bytes: Uint8Array) => file.write(bytes.subarray(0, 7)) };
    },
  };
  await saveCheckpoint(folder, snapshotOf(1), { step: 1, fileSystem: drops });
  t.true(disk.operations.filter((operation) => operation.startsWith('write')).length > 50);
  t.is(await loaderIn(t)(disk.files()), 1);
});

test('a disk that takes no byte and says no error is an error', async (t) => {
  const { fileSystem } = faultyDisk();
  const stuck = {
    ...fileSystem,
    open: async (path: string, flags: 'r' | 'w') => ({
      ...(await fileSystem.open(path, flags)),
      write: async () => ({ bytesWritten: 0 }),
    }),
  };
  const error = await t.throwsAsync(saveCheckpoint(folder, snapshotOf(1), { step: 1, fileSystem: stuck }), {
    instanceOf: CheckpointError,
  });
  t.regex(error.message, /nothing more could be written after 0 of/);
});
