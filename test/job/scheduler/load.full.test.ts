import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { leaseRun } from '../../../src/job/runs/lease.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import { startScheduler } from '../../../src/job/scheduler/startScheduler.ts';
import type { Ledger } from '../../../src/job/store/database.ts';
import { every } from '../../../src/jobs.ts';
import { numberOf } from '../../faults/numberOf.ts';
import { temporaryFolder } from '../../pipeline/run.ts';
import { assertConsistent } from '../assertConsistent.ts';
import { embeddedPlace, onEachDatabase, type Place } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { jobFile, tinyJob } from '../jobFile.ts';
import { type DaemonProcess, startDaemon } from '../startDaemon.ts';

/** How long is measured: `npx ava test/job/scheduler/load.full.test.ts -- --seconds=60`. */
const seconds = numberOf('seconds', 10);
const jobs = numberOf('jobs', 100);
/** Runs of the past in the ledger of a daemon that is idle. */
const past = numberOf('past', 20_000);

/** Seconds of processor time that a process has used. */
function cpuSeconds({ child: { pid } }: DaemonProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Enters runs of the jobs that ended long ago, each with its tick and a version; of the newest six of a job the versions are still there. */
async function fillLedger(place: Place): Promise<void> {
  const database = await place.open();
  await database.script(`
    insert into millrace.job (name, file, declaration, scheduled_until, declared_at)
      select 'job' || n, '', '{}', 0, 0 from generate_series(0, ${jobs - 1}) n;
    insert into millrace.tick (job, due_at, origin, state, created_at, decided_at)
      select 'job' || n % ${jobs}, n, 'schedule', 'ran', n, n from generate_series(1, ${past}) n;
    insert into millrace.run (job, tick_id, due_at, state, created_at, finished_at, files_deleted)
      select job, id, due_at, 'succeeded', due_at, due_at, due_at <= ${past - 6 * jobs} from millrace.tick;
    insert into millrace.version (job, number, run_id, checkpoint, sha256, pipeline_hash, code_version, fingerprint, scores, verdict,
        created_at, deleted_at)
      select job, id, id, '', '', '', '', '{}', '{}', '{}', 0, case when files_deleted then 0 end from millrace.run;
  `);
  await database.close();
}

/** A daemon with jobs that are due as the code says. */
async function daemonOf(
  t: ExecutionContext,
  schedule: string,
  concurrency: number,
  prepare?: (place: Place) => Promise<void>,
) {
  const place = await embeddedPlace(t);
  await prepare?.(place);
  const folder = await temporaryFolder(t);
  const files: string[] = [];
  for (let n = 0; n < jobs; n++) {
    files.push(await jobFile(folder, `job${n}`, `schedule: ${schedule}, overlap: 'allowAll'`));
  }
  const options = { home: place.home, files, concurrency, leaseMs: 30_000 };
  const daemon = startDaemon(t, options, { steps: 1e6, burnMs: 10 });
  await daemon.untilLogged(/trainings at a time/);
  return { daemon, place };
}

const onLinux = process.platform === 'linux' ? test.serial : test.serial.skip;

onLinux(
  `a daemon with ${jobs} jobs that are not due, and ${past} runs behind it, uses less than 2 % of a core`,
  async (t) => {
    t.timeout(60_000 + 4000 * seconds);
    const { daemon } = await daemonOf(t, `cron('0 3 * * *')`, 2, fillLedger);
    // What it does once after its start.
    await setTimeout(3000);
    let share = 1;
    // A machine that is busy charges a process for what others do to its caches: a calm stretch is waited for.
    for (let stretch = 0; stretch < 3 && share >= 0.02; stretch++) {
      const before = cpuSeconds(daemon);
      await setTimeout(1000 * seconds);
      share = (cpuSeconds(daemon) - before) / seconds;
      t.log(`${(100 * share).toFixed(2)} % of a core, over ${seconds} s`);
    }
    t.true(share < 0.02);
  },
);

/** How late ticks are entered, a hundred due at each instant, while so many trainings run. @returns the 99th percentile, in milliseconds */
async function lateness(t: ExecutionContext, trainings: number): Promise<number> {
  const { daemon, place } = await daemonOf(t, 'every({ seconds: 5 })', trainings);
  if (trainings > 0) await daemon.untilLogged(/run \S+ of \S+ begins/, trainings);
  await setTimeout(1000 * seconds);
  await daemon.end('SIGKILL');
  const database = await place.open();
  const late = await database.query<{ ms: number }>(
    `select created_at - due_at as ms from millrace.tick where origin = 'schedule' order by ms`,
  );
  t.true(late.length >= jobs);
  const at = (quantile: number) => late[Math.floor(quantile * (late.length - 1))].ms;
  t.log(
    `${trainings} trainings, ${late.length} ticks: median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms, last ${at(1)} ms late`,
  );
  return at(0.99);
}

onLinux(`${jobs} jobs that are due at the same instants start within 2 s while two trainings run`, async (t) => {
  t.timeout(120_000 + 4000 * seconds);
  // A machine that is slow, or busy with something else, is late without any training.
  const alone = await lateness(t, 0);
  t.true((await lateness(t, 2)) < Math.max(2000, 5 * alone));
});

/** Runs that do nothing, all waiting at once: what is left is the work of schedulers, queue and ledger. */
const waiting = numberOf('waiting', 500);
const schedulers = numberOf('schedulers', 8);

onEachDatabase(
  'runs that wait are processed, each once, beside schedulers that all look after them',
  async (t, place) => {
    t.timeout(60_000 + 1000 * waiting);
    const clock = handClock();
    const catchUp = { window: { days: 10_000 }, run: 'all' } as const;
    const job = tinyJob({ schedule: every({ minutes: 1 }), overlap: 'allowAll', catchUp });
    const declared = { job, file: 'tiny.ts' };
    const ledgers: Ledger[] = [];
    // One process has the embedded database, with all of them in it.
    const shared = place.url ? undefined : await place.open();
    for (let n = 0; n < schedulers; n++) ledgers.push({ database: shared ?? (await place.open()), clock });
    const [first] = ledgers;
    await declareJob(first, declared);
    clock.set(waiting * 60_000);
    while ((await fireDue(first, declared)).nextDue! <= clock.now());
    for (const ledger of ledgers) {
      const log = (level: string, message: string) => level === 'info' || t.log(message);
      const fork = () => {
        throw new Error('there is nothing to look at');
      };
      const scheduler = startScheduler({ ledger, home: place.home, jobs: [declared], leaseMs: 30_000, fork, log });
      t.teardown(() => scheduler.stop());
      t.teardown(await ledger.database.listen(scheduler.wake));
    }
    const began = performance.now();
    const done: number[] = [];
    const work = async () => {
      for (let lease = await leaseRun(first, 'test'); lease; lease = await leaseRun(first, 'test')) {
        await commitResult(
          first,
          lease,
          { kind: 'tooFewRows', newRows: 0, minRows: 1 },
          { folder: '', codeVersion: '' },
        );
        done.push(lease.run);
      }
    };
    await Promise.all([work(), work()]);
    const seconds = (performance.now() - began) / 1000;
    t.log(`${waiting} runs, ${ledgers.length} schedulers: ${(waiting / seconds).toFixed(0)} runs a second`);
    t.is(new Set(done).size, waiting);
    t.is(done.length, waiting);
    await assertConsistent(t, first.database, { home: place.home, jobs: [job] });
  },
);
