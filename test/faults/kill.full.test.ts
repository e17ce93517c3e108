import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Summary } from '../../src/index.ts';
import { randomSequence } from '../../src/operators.ts';
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

interface Killing {
  readonly times: number;
  readonly withinMs: number;
  readonly since?: RegExp;
  readonly env?: Readonly<Record<string, string>>;
  /** Holds a run that has come to its end to the one that was not killed. */
  readonly check: (last: Summary, directory: string) => void | Promise<void>;
}

/**
 * Kills a run so many times, each time within so many milliseconds, and resumes it. One that comes to its end before it is killed is
 * checked, and the next begins in another folder; the last one is let come to its end.
 *
 * @returns the steps of the newest checkpoint after each kill, the runs one after the other
 */
async function killAndResume(
  t: ExecutionContext,
  file: string,
  { times, withinMs, since, env, check }: Killing,
): Promise<number[][]> {
  const killedAt: number[][] = [];
  let attempt = 0;
  for (let killed = 0; killed < times; ) {
    const directory = await temporaryFolder(t);
    const steps: number[] = [];
    killedAt.push(steps);
    for (let ended = false; !ended; ) {
      const before = await savedStep(directory);
      const afterMs = Math.round((withinMs * random(attempt++)) / 2 ** 32);
      const kill = killed < times ? ({ afterMs, signal: 'SIGKILL', since } as const) : undefined;
      const args = ['train', file, '--out', directory, '--json', ...(before > 0 ? ['--resume'] : [])];
      const run = await millrace(args, { ...(kill && { kill }), ...(env && { env }) });
      const after = await savedStep(directory);
      t.true(after >= before, `killed after ${afterMs} ms: the newest checkpoint went from step ${before} to ${after}`);
      ended = run.signal === null;
      if (ended) {
        t.is(run.code, 0, run.stderr);
        await check(summaryOf(run), directory);
      } else {
        killed++;
        steps.push(after);
      }
    }
  }
  t.is(killedAt.flat().length, times);
  return killedAt;
}

function tell(t: ExecutionContext, killedAt: readonly (readonly number[])[], { steps }: Summary): void {
  t.log(`killed with checkpoints at steps ${killedAt.map((each) => each.join(', ')).join('; ')} of ${steps}`);
}

test.serial('the flights, killed at five random moments and resumed, end with the same bits', async (t) => {
  t.timeout(900_000);
  const file = 'pipelines/flights.ts';
  const whole = summaryOf(await millrace(['train', file, '--out', await temporaryFolder(t), '--json']));
  const check = (last: Summary) => {
    t.is(last.parametersSha256, whole.parametersSha256);
    t.deepEqual(last.validation, whole.validation);
  };
  tell(t, await killAndResume(t, file, { times: 5, withinMs: 1000 * whole.seconds, check }), whole);
});

test.serial(`a run that saves every 50 ms, killed ${kills} times, ends with the same bits`, async (t) => {
  t.timeout(3_600_000);
  const file = 'test/faults/often.ts';
  const whole = summaryOf(await millrace(['train', file, '--out', await temporaryFolder(t), '--json']));
  const check = (last: Summary) => {
    t.is(last.parametersSha256, whole.parametersSha256);
    t.deepEqual([last.steps, last.rows, last.loss], [whole.steps, whole.rows, whole.loss]);
  };
  tell(t, await killAndResume(t, file, { times: kills, withinMs: 500, since: /fitted|resumed/, check }), whole);
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
      const lettersOfWhole = await readFile(join(wholeIn, 'bad.ndjson'), 'utf8');
      t.is(lettersOfWhole.trim().split('\n').length, bad.length);
      const check = async (last: Summary, directory: string) => {
        t.is(last.parametersSha256, whole.parametersSha256);
        t.deepEqual(
          [last.steps, last.rows, last.loss, last.badRows],
          [whole.steps, whole.rows, whole.loss, bad.length],
        );
        t.is(await readFile(join(directory, 'bad.ndjson'), 'utf8'), lettersOfWhole);
        t.deepEqual((await readdir(directory)).sort(), (await readdir(wholeIn)).sort());
      };
      tell(t, await killAndResume(t, file, { times, withinMs: 500, since: /fitted|resumed/, env, check }), whole);
    },
  );
}
