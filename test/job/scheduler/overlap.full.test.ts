import test, { type ExecutionContext } from 'ava';
import { endRun } from '../../../src/job/runs/endRun.ts';
import { type Lease, leaseRun } from '../../../src/job/runs/lease.ts';
import { withLease } from '../../../src/job/runs/withLease.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import type { Ledger } from '../../../src/job/store/database.ts';
import { embeddedDatabase } from '../../../src/job/store/embeddedDatabase.ts';
import { migrate } from '../../../src/job/store/migrate.ts';
import type { CatchUp, Overlap } from '../../../src/job/types.ts';
import { every } from '../../../src/jobs.ts';
import { randomSequence } from '../../../src/operators.ts';
import { numberOf } from '../../faults/numberOf.ts';
import { onServer } from '../databases.ts';
import { type HandClock, handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';
import { type Fate, type Outcome, playModel, type World } from '../overlapModel.ts';

const overlaps: readonly Overlap[] = ['skip', 'bufferOne', 'bufferAll', 'cancelOther', 'allowAll'];
const catchUps: readonly CatchUp['run'][] = ['latest', 'all', 'none'];
const periodMs = 60_000;
const graceMs = 20_000;

/** Looks that are mostly near each other, with a downtime now and then; runs from an instant to some periods. */
function worldOf(overlap: Overlap, run: CatchUp['run'], ticks: number, seed: number): World {
  const random = randomSequence(seed, 'data');
  let drawn = 0;
  const draw = () => random(drawn++) / 2 ** 32;
  const looks: number[] = [];
  for (let now = 0; now < ticks * periodMs; looks.push(now)) {
    const periods = draw() < 0.04 ? 1 + 20 * draw() : 0.5 + 0.7 * draw();
    now = Math.round(now + periods * periodMs);
  }
  const lengths = randomSequence(seed + 1, 'data');
  return {
    overlap,
    catchUp: { run, windowMs: 8 * periodMs },
    periodMs,
    graceMs,
    looks,
    lengthOf: (dueAt) => Math.floor((lengths(dueAt / periodMs) / 2 ** 32) ** 3 * 6 * periodMs),
  };
}

/** The same in the ledger, with as many workers as are wanted. */
async function playLedger(ledger: Ledger, clock: HandClock, world: World): Promise<Outcome> {
  const { overlap, catchUp, looks, lengthOf } = world;
  const name = `${overlap}-${catchUp.run}`;
  const job = tinyJob({
    name,
    schedule: every({ minutes: 1 }),
    overlap,
    catchUp: { window: { seconds: catchUp.windowMs / 1000 }, run: catchUp.run },
  });
  const starts: [number, number][] = [];
  let running: { lease: Lease; end: number }[] = [];
  const lease = async () => {
    for (;;) {
      const leased = await leaseRun(ledger, 'test');
      if (leased === undefined) return;
      starts.push([clock.now(), leased.dueAt]);
      running.push({ lease: leased, end: clock.now() + lengthOf(leased.dueAt) });
    }
  };
  const finish = ({ lease: own }: { lease: Lease }) =>
    withLease(ledger, own, async (sql) => {
      await endRun(sql, ledger, { id: own.run, job: name }, { state: 'rejected', reason: null });
      return 'rejected';
    });

  clock.set(0);
  await declareJob(ledger, { job, file: name });
  for (const now of [...looks, Infinity]) {
    for (;;) {
      const [first] = running.toSorted((a, b) => a.end - b.end || a.lease.dueAt - b.lease.dueAt);
      if (!first || first.end > now) break;
      running = running.filter((run) => run !== first);
      clock.set(first.end);
      await finish(first);
      await lease();
    }
    if (now === Infinity) break;
    clock.set(now);
    await fireDue(ledger, { job, file: name }, { graceMs });
    await lease();
    if (overlap !== 'cancelOther') continue;
    const cancelled = await ledger.database.query<{ id: number }>(
      `select id from millrace.run where job = $1 and state = 'running' and cancel_reason is not null order by id`,
      [name],
    );
    const ended = running.filter((run) => cancelled.some(({ id }) => id === run.lease.run));
    running = running.filter((run) => !ended.includes(run));
    for (const each of ended) await finish(each);
    if (ended.length > 0) await lease();
  }
  const fates = await ledger.database.query<{ dueAt: number; state: Fate }>(
    `select due_at as "dueAt", state from millrace.tick where job = $1 order by due_at`,
    [name],
  );
  return { fates: fates.map(({ dueAt, state }) => [dueAt, state] as const), starts };
}

function count({ fates }: Outcome): string {
  const of = (fate: Fate) => fates.filter(([, each]) => each === fate).length;
  return `${of('ran')} ran, ${of('skipped')} skipped, ${of('missed')} missed`;
}

async function compare(t: ExecutionContext, ledger: Ledger, clock: HandClock, ticks: number): Promise<void> {
  let total = 0;
  for (const overlap of overlaps) {
    for (const run of catchUps) {
      const world = worldOf(overlap, run, ticks, numberOf('seed', 1));
      const wanted = playModel(world);
      const got = await playLedger(ledger, clock, world);
      t.deepEqual(got.fates, wanted.fates, `${overlap}, ${run}`);
      t.deepEqual(got.starts, wanted.starts, `${overlap}, ${run}`);
      total += got.fates.length;
      t.log(`${overlap}, ${run}: ${count(got)}`);
    }
  }
  t.log(`${total} ticks`);
}

const ticks = numberOf('ticks', 2000);

test.serial('embedded: what becomes of ticks is what the policies say', async (t) => {
  const database = await embeddedDatabase();
  t.teardown(() => database.close());
  await migrate(database);
  const clock = handClock();
  await compare(t, { database, clock }, clock, Math.ceil(ticks / 60));
});

onServer('what becomes of ticks is what the policies say', async (t, place) => {
  t.timeout(600_000);
  const clock = handClock();
  await compare(t, { database: await place.open(), clock }, clock, Math.ceil(ticks / 15));
});
