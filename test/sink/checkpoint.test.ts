import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { concatWith, from, lastValueFrom, throwError } from 'rxjs';
import { latestCheckpoint } from '../../src/checkpoint/latestCheckpoint.ts';
import { someEvents, stepEvent, validationEvent } from '../../src/laws/madeEvents.ts';
import { makeRun } from '../../src/laws/madeRun.ts';
import { sinkLaws } from '../../src/laws/sinkLaws.ts';
import { checkpoint } from '../../src/sink/checkpoint.ts';
import { createFanOut } from '../../src/sink/fanOut.ts';
import type { Run, Sink } from '../../src/sink/types.ts';
import type { TrainingEvent } from '../../src/train/types.ts';
import { holdTo } from '../holdTo.ts';

async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(join(directory, 'checkpoints')).catch(() => []);
  return names.sort();
}

async function write(run: Run, sink: Sink, events: readonly TrainingEvent[]): Promise<void> {
  const { operator } = createFanOut({ sinks: [sink], run, hold: () => {} });
  await lastValueFrom(from(events).pipe(operator), { defaultValue: undefined });
}

holdTo(
  test,
  sinkLaws('checkpoint', {
    make: () => checkpoint({ everySteps: 1 }),
    written: namesIn,
    expected: () => ['step-000000001.safetensors', 'step-000000002.safetensors'],
  }),
);

test('writes after every so many steps, and at the end', async (t) => {
  const run = await makeRun(t);
  await write(run, checkpoint({ everySteps: 2 }), [1, 2, 3, 4, 5].map(stepEvent));
  t.deepEqual(
    await namesIn(run.directory),
    [2, 4, 5].map((step) => `step-00000000${step}.safetensors`),
  );
});

test('writes by time', async (t) => {
  const run = await makeRun(t);
  await write(run, checkpoint({ everyMs: 0, keep: 5 }), [1, 2, 3].map(stepEvent));
  t.is((await namesIn(run.directory)).length, 3);
  const later = await makeRun(t);
  await write(later, checkpoint({ everyMs: 1e9, keep: 5 }), [1, 2, 3].map(stepEvent));
  t.deepEqual(await namesIn(later.directory), ['step-000000003.safetensors']);
});

test('takes the snapshot as the event passes, and holds the gate until the file is durable', async (t) => {
  let snapshots = 0;
  const run = await makeRun(t, {
    snapshot: () => ({ tensors: {}, state: { snapshots: ++snapshots } }),
  });
  const writer = await checkpoint({ everySteps: 1 }).open(run);
  const first = writer.write(stepEvent(1));
  t.is(snapshots, 1);
  await first;
  t.deepEqual(await namesIn(run.directory), ['step-000000001.safetensors']);
  await writer.close({ kind: 'failed', error: new Error('after it') });
  t.is(snapshots, 1);
});

test('writes again at the end what has changed without a step since the last checkpoint, and nothing where nothing has', async (t) => {
  for (const changes of [false, true]) {
    let written = 0;
    const state = {
      get epochs() {
        return changes ? written : 0;
      },
    };
    const run = await makeRun(t, { snapshot: () => ({ tensors: {}, state: { ...state } }) });
    const writer = await checkpoint({ everySteps: 1 }).open(run);
    await writer.write(stepEvent(1));
    written++;
    const path = join(run.directory, 'checkpoints', 'step-000000001.safetensors');
    const before = await stat(path);
    await writer.close({ kind: 'completed' });
    t.is((await stat(path)).ino !== before.ino, changes);
    t.is((await latestCheckpoint(join(run.directory, 'checkpoints')))?.snapshot.state.epochs, Number(changes));
  }
});

test('lets go of its copy when it is encoded', async (t) => {
  const copies: Float32Array[] = [];
  const run = await makeRun(t, {
    snapshot() {
      const data = Float32Array.of(1, 2);
      copies.push(data);
      return { tensors: { w: { shape: [2], data } }, state: {} };
    },
  });
  await write(run, checkpoint({ everySteps: 1 }), [stepEvent(1), stepEvent(2)]);
  t.deepEqual([...new Set(copies.map(({ length }) => length))], [0]);
});

test('writes a validation that came after the last checkpoint', async (t) => {
  let count = 0;
  const run = await makeRun(t, { snapshot: () => ({ tensors: {}, state: { count: ++count } }) });
  await write(run, checkpoint({ everySteps: 1 }), [stepEvent(1), validationEvent(1)]);
  t.is((await latestCheckpoint(join(run.directory, 'checkpoints')))?.snapshot.state.count, 2);
});

test('writes nothing where nothing has happened', async (t) => {
  const run = await makeRun(t);
  await write(run, checkpoint(), []);
  t.deepEqual(await namesIn(run.directory), []);
});

test('writes none after a failure', async (t) => {
  const run = await makeRun(t);
  const { operator } = createFanOut({ sinks: [checkpoint()], run, hold: () => {} });
  const failing$ = from(someEvents()).pipe(concatWith(throwError(() => new Error('NaN'))));
  await t.throwsAsync(lastValueFrom(failing$.pipe(operator)));
  t.deepEqual(await namesIn(run.directory), []);
});

test('stops the run where it cannot write', async (t) => {
  const run = await makeRun(t);
  await writeFile(join(run.directory, 'checkpoints'), 'a file in the way');
  const error = await t.throwsAsync(write(run, checkpoint({ everySteps: 1 }), [stepEvent(1), stepEvent(2)]));
  t.is(error?.name, 'CheckpointError');
});

for (const options of [{ everySteps: 0 }, { everySteps: 1.5 }, { everyMs: -1 }, { everyMs: Number.NaN }, { keep: 0 }]) {
  test(`refuses ${JSON.stringify(options)}`, (t) => {
    const error = t.throws(() => checkpoint(options), { name: 'OptionError' });
    t.true(error?.message.startsWith(`checkpoint: ${Object.keys(options)[0]}`));
  });
}
