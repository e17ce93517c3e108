import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { KnownVersion, TrainingMessage } from '../../../src/job/types.ts';
import { loadCheckpoint, randomSequence } from '../../../src/operators.ts';
import { numberOf } from '../../faults/numberOf.ts';
import { trained } from './answerHere.ts';
import { ask } from './ask.ts';
import { dayBegin, folderOf, requestOf, versionOf } from './days.ts';

test.serial('trains, scores and judges, and tells all of it', async (t) => {
  const folder = await folderOf(t, 2);
  const first = requestOf(folder, 0);
  const answer = await ask(first);
  const one = trained(answer);
  t.is(answer.code, 0);
  t.deepEqual(answer.messages[0], { kind: 'ready' });
  t.is(one.newRows, 400);
  t.deepEqual([one.dataFrom, one.dataTo], [dayBegin(0), dayBegin(0) + 399 * 216_000]);
  t.deepEqual(one.start, { kind: 'scratch' });
  t.is(one.champion, null);
  t.is(one.trainedRows + one.candidate.rows, 400);
  t.true(one.candidate.rows > 60 && one.candidate.rows < 140);
  t.true(one.verdict.passed);
  const progress = answer.messages.findLast(({ kind }) => kind === 'progress');
  t.like(progress, { rows: one.trainedRows });
  const bytes = await readFile(join(first.directory, one.checkpoint));
  t.is(one.sha256, createHash('sha256').update(bytes).digest('hex'));
  const { color } = one.candidate.slices;
  t.deepEqual(Object.keys(color!).sort(), ['blue', 'green', 'red']);
  t.is(
    Object.values(color!).reduce((sum, { rows }) => sum + rows, 0),
    one.candidate.rows,
  );

  const second = requestOf(folder, 1, { champions: [versionOf(first, one)] });
  const two = trained(await ask(second));
  t.deepEqual(two.start, { kind: 'warm', version: 0 });
  t.is(two.newRows, 400);
  t.is(two.champion!.version, 0);
  t.is(two.champion!.scores.rows, two.candidate.rows);
  t.notDeepEqual(two.champion!.scores.metrics, two.candidate.metrics);
  t.is(two.pipelineHash, one.pipelineHash);
  t.notDeepEqual(two.fingerprint, one.fingerprint);
  const preprocessor = async ({ path }: KnownVersion) => (await loadCheckpoint(path)).state.preprocessor;
  t.deepEqual(await preprocessor(versionOf(second, two)), await preprocessor(versionOf(first, one)));
});

test.serial(
  'stopped, it writes a last checkpoint, says so and exits with 130; asked again it ends with the same model',
  async (t) => {
    const folder = await folderOf(t, 1, { pipeline: { epochs: '20' } });
    const whole = trained(await ask(requestOf(folder, 0, { directory: join(folder, 'whole') })));
    for (const [name, stop] of [
      ['message', (child) => child.send('stop')],
      ['SIGTERM', (child) => child.kill('SIGTERM')],
      ['channel', (child) => child.disconnect()],
    ] as readonly (readonly [string, (child: import('node:child_process').ChildProcess) => void])[]) {
      const request = requestOf(folder, 0, { directory: join(folder, name) });
      let isStopped = false;
      const answer = await ask(request, {
        onMessage({ kind }, child) {
          if (kind !== 'progress' || isStopped) return;
          isStopped = true;
          stop(child);
        },
      });
      t.is(answer.code, 130, name);
      if (name !== 'channel') t.true(answer.last?.kind === 'stopped' && answer.last.step > 0, name);
      t.true((await readdir(join(request.directory, 'checkpoints'))).length > 0);
      t.is(trained(await ask(request)).sha256, whole.sha256, name);
    }
  },
);

/** Kills of a run; `npm run test:faults` asks for many. */
const kills = numberOf('kills', 8);

test.serial(`killed at ${kills} random moments and asked again, it ends with the same answer`, async (t) => {
  t.timeout(3_600_000);
  const folder = await folderOf(t, 2, { pipeline: { epochs: '20' } });
  const first = requestOf(folder, 0);
  const champions = [versionOf(first, trained(await ask(first)))];
  const asked = (name: string) => requestOf(folder, 1, { champions, directory: join(folder, name) });
  let began = 0;
  const begin = ({ kind }: TrainingMessage) => {
    if (kind === 'ready') began = performance.now();
  };
  const whole = trained(await ask(asked('whole'), { onMessage: begin }));
  const tookMs = performance.now() - began;
  // The moments are random, but the same on every run; another seed gives others.
  const random = randomSequence(numberOf('seed', 1), 'data');
  let killed = 0;
  let ended = 0;
  while (killed < kills || ended === 0) {
    let timer: NodeJS.Timeout | undefined;
    const afterMs = (tookMs * random(killed + ended)) / 2 ** 32;
    const answer = await ask(asked(`${ended}`), {
      onMessage({ kind }, child) {
        if (kind === 'ready' && killed < kills) timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
      },
    });
    clearTimeout(timer);
    if (answer.signal === 'SIGKILL' && answer.last?.kind !== 'result') {
      killed++;
      continue;
    }
    t.deepEqual(trained(answer), whole);
    ended++;
  }
  t.log(`killed ${killed} times in ${ended} runs of ${Math.round(tookMs)} ms`);
});
