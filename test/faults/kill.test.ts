import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { randomSequence } from '../../src/index.ts';
import { dirtyCsv } from '../pipeline/dirty.ts';
import { millrace, summaryOf, temporaryFolder } from '../pipeline/run.ts';
import { numberOf } from './numberOf.ts';

/** Kills of the run that saves every 50 ms, and a quarter as many of its two kin; `npm run test:faults` asks for many. */
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
 * @returns the last summary, the steps of the newest checkpoint after each kill, and the run's folder
 */
async function killAndResume(
  t: ExecutionContext,
  file: string,
  { times, withinMs, since, env }: { times: number; withinMs: number; since?: RegExp; env?: Record<string, string> },
) {
  const directory = await temporaryFolder(t);
  const killedAt: number[] = [];
  for (let kill = 0; kill < times; kill++) {
    const before = await savedStep(directory);
    const resume = before > 0 ? ['--resume'] : [];
    const afterMs = Math.round((withinMs * random(kill)) / 2 ** 32);
    const ended = await millrace(['train', file, '--out', directory, '--json', ...resume], {
      kill: { afterMs, signal: 'SIGKILL', since },
      env,
    });
    const after = await savedStep(directory);
    t.true(after >= before, `killed after ${afterMs} ms: the newest checkpoint went from step ${before} to ${after}`);
    if (ended.signal === null) t.is(ended.code, 0, ended.stderr);
    killedAt.push(after);
  }
  const resume = (await savedStep(directory)) > 0 ? ['--resume'] : [];
  const last = summaryOf(await millrace(['train', file, '--out', directory, '--json', ...resume], { env }));
  return { last, killedAt, directory };
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

for (const spill of ['no', 'yes']) {
  const times = Math.ceil(kills / 4);
  test.serial(
    `a run over rows that cannot be used, ${spill === 'yes' ? 'dealt to buckets on disk' : 'in windows'}, killed ${times} times, ends with the same bits and each of them written down once`,
    async (t) => {
      t.timeout(3_600_000);
      const file = 'test/faults/oftenDirty.ts';
      const rows = join(await temporaryFolder(t), 'dirty.csv');
      const { bytes, bad } = dirtyCsv(40_000);
      await writeFile(rows, bytes);
      const env = { DIRTY_ROWS: rows, DIRTY_SPILL: spill };
      const wholeIn = await temporaryFolder(t);
      const whole = summaryOf(await millrace(['train', file, '--out', wholeIn, '--json'], { env }));
      const { last, killedAt, directory } = await killAndResume(t, file, {
        times,
        withinMs: 500,
        since: /fitted|resumed/,
        env,
      });
      t.log(`killed with checkpoints at steps ${killedAt.join(', ')} of ${whole.steps}`);
      t.is(last.parametersSha256, whole.parametersSha256);
      t.deepEqual([last.steps, last.rows, last.loss, last.badRows], [whole.steps, whole.rows, whole.loss, bad.length]);
      const letters = await readFile(join(directory, 'bad.ndjson'), 'utf8');
      t.is(letters, await readFile(join(wholeIn, 'bad.ndjson'), 'utf8'));
      t.is(letters.trim().split('\n').length, bad.length);
      t.deepEqual((await readdir(directory)).sort(), (await readdir(wholeIn)).sort());
    },
  );
}
