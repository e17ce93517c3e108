import { join } from 'node:path';
import test from 'ava';
import { crashDay, missingDay, poisonedDay } from '../../pipelines/jobs/accidents.ts';
import flightsNightly from '../../pipelines/jobs/flights-nightly.ts';
import type { RunRecord } from '../../src/job/types.ts';
import { loadCheckpoint } from '../../src/operators.ts';
import { millrace, temporaryFolder } from '../pipeline/run.ts';

/** The nights that are replayed: some around each accident, the others missed; `-- --all` replays six months. */
const all = process.argv.includes('--all');
const spans = all
  ? ([['2001-01-15', '2001-06-10']] as const)
  : ([
      ['2001-02-14', '2001-02-16'],
      ['2001-04-18', '2001-04-21'],
      ['2001-05-16', '2001-05-18'],
    ] as const);
/** The first nights after the rollback, as few as make no more versions than are kept, then the others. */
const afterRollback = all
  ? ([
      ['2001-06-10', '2001-06-13'],
      ['2001-06-13', '2001-07-01'],
    ] as const)
  : ([['2001-05-18', '2001-05-19']] as const);

const file = 'pipelines/jobs/flights-nightly.ts';
const { name, schedule } = flightsNightly;

interface Row {
  readonly dueAt: number;
  readonly state: string;
  readonly reason: string;
  readonly run: number | null;
  readonly runState: string | null;
  readonly version: number | null;
}

interface Version {
  readonly number: number;
  readonly parent: number | null;
  readonly aliases: readonly string[];
}

interface Models {
  readonly versions: readonly Version[];
}

const dayMs = 86_400_000;

/** When the job is due after a day, whose run sees the whole day. */
const nightAfter = (day: string) => {
  const end = Date.parse(day) + dayMs;
  return [...schedule.dueTimes(end, end + dayMs)][0]!;
};

test('the flights are kept fresh, night by night, through a day without data, a poisoned one, a crash and a rollback', async (t) => {
  t.timeout(3_600_000);
  const home = await temporaryFolder(t);
  const ask = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await millrace([...args, '--home', home, '--json']);
    t.is(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const replay = async ([from, until]: readonly [string, string]) => {
    const { code, stderr } = await millrace([
      'schedule',
      file,
      '--home',
      home,
      '--clock',
      from,
      '--speed',
      'max',
      '--until',
      until,
    ]);
    t.is(code, 0, stderr);
  };
  for (const span of spans) await replay(span);
  const back = await ask<{ version: number }>('rollback', name, '--why', 'complaints from Denver');
  const [[rolledBackAt]] = afterRollback;
  let first: Version | undefined;
  for (const span of afterRollback) {
    await replay(span);
    // Versions are deleted in time.
    const known = await ask<Row[]>('runs', name, '--limit', '1000');
    const made = known.filter(({ dueAt, version }) => dueAt > Date.parse(rolledBackAt) && version !== null);
    const number = Math.min(...made.map(({ version }) => version!));
    first ??= (await ask<Models>('models', name)).versions.find((version) => version.number === number);
  }

  // Every night has its row; those of no replay are missed, but for the last before each.
  const rows = (await ask<Row[]>('runs', name, '--limit', '1000')).sort((a, b) => a.dueAt - b.dueAt);
  const nights = [...schedule.dueTimes(Date.parse(spans[0][0]), Date.parse(afterRollback.at(-1)![1]))];
  t.deepEqual(
    rows.map(({ dueAt }) => dueAt),
    nights,
  );
  const rowOf = (dueAt: number) => rows.find((row) => row.dueAt === dueAt)!;
  const isReplayed = (dueAt: number) =>
    [...spans, ...afterRollback].some(([from, until]) => dueAt > Date.parse(from) - dayMs && dueAt < Date.parse(until));
  const missed = rows.filter(({ state }) => state === 'missed').map(({ dueAt }) => dueAt);
  t.deepEqual(
    missed,
    nights.filter((dueAt) => !isReplayed(dueAt)),
  );

  const missing = rowOf(nightAfter(missingDay));
  t.is(missing.state, 'skipped');
  t.regex(missing.reason, /^2\d{3} new rows, at least 5000 are needed$/);

  const poisoned = rowOf(nightAfter(poisonedDay));
  t.is(poisoned.runState, 'rejected');
  t.regex(poisoned.reason, /a gain of -\d/);

  const crashed = await ask<RunRecord>('run', 'show', `${rowOf(nightAfter(crashDay)).run}`);
  // It would have been killed again, had it not gone on from a checkpoint.
  t.like(crashed, { state: 'succeeded', attempt: 1, fence: 2 });

  // The model that was brought back is the one that the next night learns on top of.
  t.is(first?.parent, back.version);
  const { versions } = await ask<Models>('models', name);
  const champion = versions.find(({ aliases }) => aliases.includes('champion'))!;
  const { state } = await loadCheckpoint(join(home, 'models', name, 'champion.safetensors'));
  const { run } = rows.find(({ version }) => version === champion.number)!;
  t.like(state.notes, { job: name, run, from: champion.parent });

  const reasons = [missing, poisoned].map(({ dueAt, reason }) => `${new Date(dueAt).toISOString()}: ${reason}`);
  t.log(rows.map(({ state: tick, runState }) => runState ?? tick).join(' '), reasons);
});
