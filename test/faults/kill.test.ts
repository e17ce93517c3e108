import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { randomSequence } from '../../src/index.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { numberOf } from './numberOf.ts';

/** Kills of the run that saves every 50 ms; `npm run test:faults` asks for many. */
const kills = numberOf('kills', 25);

/** The moments are random, but the same on every run; another seed gives others. */
const random = randomSequence(numberOf('seed', 1), 'data');

/** The step of the newest checkpoint in a run's folder, 0 for none. */
async function savedStep(directory: string): Promise<number> {
  const names = await readdir(join(directory, 'checkpoints')).catch(() => []);
  return Math.max(0, ...names.map((name) => Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? 0)));
}

/**
 * Kills a run again and again, each time within so many milliseconds, resumes it, and lets it end.
 *
 * @returns the last summary, and the steps of the newest checkpoint after each kill
 */
async function killAndResume(
  t: ExecutionContext,
  file: string,
  { times, withinMs, since }: { times: number; withinMs: number; since?: RegExp },
) {
  const directory = await temporaryFolder(t);
  const killedAt: number[] = [];
  for (let kill = 0; kill < times; kill++) {
    const before = await savedStep(directory);
    const resume = before > 0 ? ['--resume'] : [];
    const afterMs = Math.round((withinMs * random(kill)) / 2 ** 32);
    const ended = await millrace(['train', file, '--out', directory, '--json', ...resume], {
      kill: { afterMs, signal: 'SIGKILL', since },
    });
    const after = await savedStep(directory);
    t.true(after >= before, `killed after ${afterMs} ms: the newest checkpoint went from step ${before} to ${after}`);
    if (ended.signal === null) t.is(ended.code, 0, ended.stderr);
    killedAt.push(after);
  }
  const resume = (await savedStep(directory)) > 0 ? ['--resume'] : [];
  const last = summaryOf(await millrace(['train', file, '--out', directory, '--json', ...resume]));
  return { last, killedAt };
}

test.serial('the flights, killed at five random moments and resumed, end with the same bits', async (t) => {
  t.timeout(900_000);
  const file = 'pipelines/flights.ts';
  const whole = summaryOf(await millrace(['train', file, '--out', await temporaryFolder(t), '--json']));
  const { last, killedAt } = await killAndResume(t, file, { times: 5, withinMs: 1000 * whole.seconds });
  t.log(`killed with checkpoints at steps ${killedAt.join(', ')} of ${whole.steps}`);
  t.is(last.parametersSha256, whole.parametersSha256);
  t.deepEqual(last.validation, whole.validation);
});

test.serial(`a run that saves every 50 ms, killed ${kills} times, ends with the same bits`, async (t) => {
  t.timeout(3_600_000);
  const file = 'test/faults/often.ts';
  const whole = summaryOf(await millrace(['train', file, '--out', await temporaryFolder(t), '--json']));
  const { last, killedAt } = await killAndResume(t, file, { times: kills, withinMs: 500, since: /fitted|resumed/ });
  t.log(`killed with checkpoints at steps ${killedAt.join(', ')} of ${whole.steps}`);
  t.is(last.parametersSha256, whole.parametersSha256);
  t.deepEqual([last.steps, last.rows, last.loss], [whole.steps, whole.rows, whole.loss]);
});
