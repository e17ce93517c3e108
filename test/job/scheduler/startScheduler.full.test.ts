import { fork } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { simulatedClock } from '../../../src/job/clock/clocks.ts';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { leaseRun } from '../../../src/job/runs/lease.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import { startScheduler } from '../../../src/job/scheduler/startScheduler.ts';
import type { Ledger } from '../../../src/job/store/database.ts';
import type { Job } from '../../../src/job/types.ts';
import { every } from '../../../src/jobs.ts';
import { numberOf } from '../../faults/numberOf.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { embeddedPlace, onEachDatabase, type Place, serverPlace } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';
import { noPostgres } from '../postgres.ts';
import type { Conduct } from '../trainer.ts';

const minute = 60_000;
const trainer = fileURLToPath(new URL('../trainer.ts', import.meta.url));

function forkTrainer(conduct: Conduct = {}) {
  const env = { ...process.env, MILLRACE_TEST_CONDUCT: JSON.stringify(conduct) };
  return () => fork(trainer, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
}

/** A scheduler of a tiny job, stopped when the test ends. */
function schedule(t: ExecutionContext, ledger: Ledger, home: string, job: Job, until?: number, conduct?: Conduct) {
  const scheduler = startScheduler({
    ledger,
    home,
    jobs: [{ job, file: 'tiny.ts' }],
    leaseMs: 30_000,
    until,
    fork: forkTrainer(conduct),
    log: (level, message) => level === 'info' || t.log(message),
  });
  t.teardown(() => scheduler.stop());
  return scheduler;
}

/** Leases runs and ends them at once, until the signal. @returns the runs, in order */
async function drain(ledger: Ledger, signal: AbortSignal, wake: () => void): Promise<number[]> {
  const runs: number[] = [];
  while (!signal.aborted) {
    const lease = await leaseRun(ledger, 'test');
    if (lease === undefined) await setTimeout(2);
    if (typeof lease !== 'object') continue;
    runs.push(lease.run);
    const committing = { folder: '', codeVersion: '' };
    await commitResult(ledger, lease, { kind: 'tooFewRows', newRows: 0, minRows: 1 }, committing);
    wake();
  }
  return runs;
}

async function assertFiredOnce(t: ExecutionContext, place: Place, schedulers: number, ticks: number): Promise<void> {
  const clock = () => simulatedClock({ from: 0, speed: 15_000 });
  // A machine that is busy may see ticks late: ten seconds are almost two of its days.
  const catchUp = { window: { days: 10_000 }, run: 'all' } as const;
  const job = tinyJob({ schedule: every({ minutes: 1 }), overlap: 'allowAll', catchUp });
  const until = ticks * minute;
  const ledgers = [{ database: await place.open(), clock: clock() }];
  await declareJob({ ...ledgers[0], clock: handClock(0) }, { job, file: 'tiny.ts' });
  for (let i = 1; i < schedulers; i++) ledgers.push({ database: await place.open(), clock: clock() });
  const all = ledgers.map((ledger) => schedule(t, ledger, place.home, job, until));
  const end = new AbortController();
  const draining = [0, 1].map(() =>
    drain(ledgers[0], end.signal, () => {
      for (const each of all) each.wake('over');
    }),
  );
  await Promise.all(all.map(({ over }) => over));
  end.abort();
  const runs = (await Promise.all(draining)).flat();
  t.is(runs.length, ticks);
  t.is(new Set(runs).size, ticks);
  const [count] = await ledgers[0].database.query(
    `select count(*) as ticks, count(distinct due_at) as times, max(due_at) as last from millrace.tick`,
  );
  t.deepEqual(count, { ticks, times: ticks, last: until });
  await assertConsistent(t, ledgers[0].database, { home: place.home, jobs: [job] });
}

test.serial('embedded: 1 scheduler fires every tick once', async (t) => {
  await assertFiredOnce(t, await embeddedPlace(t), 1, 100);
});

for (const schedulers of [1, 2, 4, 8]) {
  test.serial(`server: ${schedulers} schedulers fire every tick once`, async (t) => {
    if (noPostgres) {
      t.log(noPostgres);
      t.pass();
      return;
    }
    await assertFiredOnce(t, await serverPlace(t), schedulers, numberOf('ticks', 300));
  });
}

for (const periods of [0.5, 1, 10, 100, 1000, 2500]) {
  onEachDatabase(`every time of a downtime of ${periods} periods has its row`, async (t, place) => {
    const clock = handClock(0);
    const ledger = { database: await place.open(), clock };
    const jobs = (['latest', 'all', 'none'] as const).map((run) =>
      tinyJob({
        name: run,
        schedule: every({ minutes: 1 }),
        overlap: 'allowAll',
        catchUp: { window: { minutes: 20 }, run },
      }),
    );
    for (const job of jobs) await declareJob(ledger, { job, file: job.name });
    const began = 612_000;
    for (const time of [began, began + periods * minute]) {
      clock.set(time);
      for (const job of jobs) {
        while ((await fireDue(ledger, { job, file: job.name })).nextDue! <= time);
      }
    }
    const late = Math.floor(10.2 + periods) - 10;
    const count = async (job: string, state: string) => {
      const [row] = await ledger.database.query<{ count: number }>(
        `select count(*) from millrace.tick where job = $1 and state = $2 and due_at > $3`,
        [job, state, began],
      );
      return row.count;
    };
    const ran = { latest: Math.min(late, 1), all: Math.min(late, 20), none: 0 };
    for (const [job, wanted] of Object.entries(ran)) {
      t.is(await count(job, 'waiting'), wanted, job);
      t.is(await count(job, 'missed'), late - wanted, job);
    }
    await assertConsistent(t, ledger.database, { home: place.home, jobs });
  });
}

/** Looks until something is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await isSo()); looks++) {
    if (looks > 3000) throw new Error('it never was so');
    await setTimeout(5);
  }
}

onEachDatabase(
  'a clock that is set forward leaves no time out, and one that is set back fires none again',
  async (t, place) => {
    const clock = handClock(0);
    const ledger = { database: await place.open(), clock };
    const job = tinyJob({
      schedule: every({ minutes: 10 }),
      overlap: 'allowAll',
      catchUp: { run: 'all' },
    });
    await declareJob(ledger, { job, file: 'tiny.ts' });
    const scheduler = schedule(t, ledger, place.home, job);
    const times = async () => {
      const rows = await ledger.database.query<{ dueAt: number }>(
        `select due_at as "dueAt" from millrace.tick order by id`,
      );
      return rows.map(({ dueAt }) => dueAt / minute);
    };
    const set = async (minutes: number, wanted: number[]) => {
      clock.set(minutes * minute);
      scheduler.wake();
      await until(async () => (await times()).length >= wanted.length);
      t.deepEqual(await times(), wanted);
    };
    await set(11, [10]);
    const forward = [10, 20, 30, 40, 50, 60, 70];
    await set(71, forward);
    // An hour back, and through the same hour again.
    for (const minutes of [11, 21, 51, 71, 79]) await set(minutes, forward);
    await set(80, [...forward, 80]);
    await assertConsistent(t, ledger.database, { home: place.home, jobs: [job] });
  },
);

onEachDatabase('a database that is full for a while costs no tick', async (t, place) => {
  const clock = simulatedClock({ from: 0, speed: 600 });
  const database = await place.open();
  const ledger = { database, clock };
  const job = tinyJob({ schedule: every({ minutes: 1 }), overlap: 'allowAll' });
  await declareJob({ ...ledger, clock: handClock(0) }, { job, file: 'tiny.ts' });
  await database.script(`
    create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;
    create trigger refused before insert on millrace.tick for each row execute function refuse();
  `);
  const logged: string[] = [];
  const scheduler = startScheduler({
    ledger,
    home: place.home,
    jobs: [{ job, file: 'tiny.ts' }],
    leaseMs: 30_000,
    fork: forkTrainer(),
    log: (_, message) => logged.push(message),
  });
  t.teardown(() => scheduler.stop());
  await until(async () => logged.includes('the ledger cannot be written: no space left on device'));
  t.deepEqual(await database.query('select id from millrace.tick'), []);
  await database.script('drop trigger refused on millrace.tick');
  await until(async () => (await database.query('select id from millrace.tick')).length >= 3);
  await scheduler.stop();
  await assertConsistent(t, database, { home: place.home, jobs: [job] });
  const [{ first }] = await database.query<{ first: number }>('select min(due_at) as first from millrace.tick');
  t.is(first, minute);
});

onEachDatabase('a slow database delays ticks, and loses and doubles none', async (t, place) => {
  const clock = simulatedClock({ from: 0, speed: 600 });
  const database = await place.open();
  const ledger = { database, clock };
  const job = tinyJob({ schedule: every({ minutes: 1 }), overlap: 'allowAll' });
  await declareJob({ ...ledger, clock: handClock(0) }, { job, file: 'tiny.ts' });
  await database.script(`
    create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.05); return null; end $$;
    create trigger slow after insert on millrace.tick for each statement execute function slow();
  `);
  // Half as fast as ticks are due.
  const schedulers = [1, 2].map(() => schedule(t, ledger, place.home, job));
  await until(async () => (await database.query('select id from millrace.tick')).length >= 20);
  for (const scheduler of schedulers) await scheduler.stop();
  await assertConsistent(t, database, { home: place.home, jobs: [job] });
});
