import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { forkTraining, lasting } from '../../../src/job/training/forkTraining.ts';
import { type TrainingPool, trainingPool } from '../../../src/job/training/trainingPool.ts';
import { trainingProcess } from '../../../src/job/training/trainingProcess.ts';
import type { ProcessRequest, TrainingMessage } from '../../../src/job/types.ts';
import { trained } from './answerHere.ts';
import { ask } from './ask.ts';
import { folderOf, requestOf, versionOf } from './days.ts';

/** A pool, and the processes that it has forked. */
function poolOf(t: ExecutionContext): { readonly pool: TrainingPool; readonly forked: ChildProcess[] } {
  const forked: ChildProcess[] = [];
  const pool = trainingPool(() => {
    const child = forkTraining(lasting);
    forked.push(child);
    return child;
  });
  t.teardown(() => {
    for (const child of forked) child.kill('SIGKILL');
  });
  return { pool, forked };
}

interface Served {
  readonly onOutput?: (data: Uint8Array) => void;
  readonly onMessage?: (message: TrainingMessage) => void;
}

function serve(pool: TrainingPool, request: ProcessRequest, { onOutput, onMessage = () => {} }: Served = {}) {
  return trainingProcess({ child: pool.take(), request, onOutput, onMessage });
}

test('one process serves request after request, with the answers of processes of their own', async (t) => {
  const folder = await folderOf(t, 2);
  const { pool, forked } = poolOf(t);
  const first = requestOf(folder, 0);
  const second = requestOf(folder, 1, { champions: [versionOf(first, trained(await ask(first)))] });
  for (const [number, request] of [first, second, first].entries()) {
    const fresh = trained(await ask({ ...request, directory: join(folder, `${number}`) }));
    const end = await serve(pool, { ...request, directory: join(folder, `${number} of the pool`) }).ended;
    t.deepEqual(end, { kind: 'result', result: fresh });
  }
  t.is(forked.length, 1);
});

test('two requests at a time have a process each, and what each prints goes to its own log', async (t) => {
  const sinks = `[{ name: 'print', onError: 'stop', open: ({ directory }) => ({
    write({ kind }) { if (kind === 'step') console.error('step of ' + directory); }, close() {} }) }]`;
  const folder = await folderOf(t, 1, { pipeline: { sinks } });
  const { pool, forked } = poolOf(t);
  for (const round of ['a', 'b']) {
    const directories = [1, 2].map((number) => join(folder, `${round}${number}`));
    const ends = directories.map(async (directory) => {
      await mkdir(directory);
      let text = '';
      const onOutput = (data: Uint8Array) => {
        text += Buffer.from(data).toString();
      };
      const { kind } = await serve(pool, requestOf(folder, 0, { directory }), { onOutput }).ended;
      t.is(kind, 'result');
      const steps = new Set(text.match(/step of .*/g));
      t.deepEqual(steps, new Set([`step of ${directory}`]));
      t.regex(text, /epoch 1/);
    });
    await Promise.all(ends);
  }
  t.is(forked.length, 2);
});

test('one that was stopped, failed or killed serves no more, and a new one takes its place', async (t) => {
  const folder = await folderOf(t, 1, { pipeline: { epochs: '200' } });
  const { pool, forked } = poolOf(t);
  const asked = (name: string) => requestOf(folder, 0, { directory: join(folder, name) });
  const stopped = serve(pool, asked('stopped'), {
    onMessage: ({ kind }) => kind === 'progress' && stopped.stop(60_000),
  });
  t.is((await stopped.ended).kind, 'stopped');
  t.is((await serve(pool, { ...asked('failed'), job: 'another' }).ended).kind, 'error');
  const killed = serve(pool, asked('killed'), { onMessage: ({ kind }) => kind === 'progress' && killed.kill() });
  t.is((await killed.ended).kind, 'died');
  const counting = { ...asked('counted'), kind: 'count' } as const;
  t.is((await serve(pool, counting).ended).kind, 'count');
  t.is(forked.length, 4);
  // It has answered, but will not onMessage of another request.
  const late = pool.take();
  late.on('message', ({ kind }: TrainingMessage) => kind === 'count' && late.kill('SIGTERM'));
  t.is((await trainingProcess({ child: late, request: counting, onMessage: () => {} }).ended).kind, 'count');
  t.is((await serve(pool, counting).ended).kind, 'count');
  t.is(forked.length, 5);
});

test('one that dies while it has nothing to do is not given out; the others end with the pool', async (t) => {
  const { pool, forked } = poolOf(t);
  const [first] = forked;
  const dead = once(first!, 'exit');
  first!.kill('SIGKILL');
  await dead;
  const folder = await folderOf(t, 1);
  t.is((await serve(pool, { ...requestOf(folder, 0), kind: 'count' }).ended).kind, 'count');
  t.is(forked.length, 2);
  const ended = once(forked[1]!, 'exit');
  pool.close();
  t.deepEqual(await ended, [null, 'SIGKILL']);
});
