import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { databaseOperations } from '../../../src/job/operations/databaseOperations.ts';
import { checkChampions } from '../../../src/job/registry/checkChampions.ts';
import { deleteFiles } from '../../../src/job/registry/deleteFiles.ts';
import { repairPointers } from '../../../src/job/registry/pointers.ts';
import { commitResult } from '../../../src/job/runs/commitResult.ts';
import { leaseRun } from '../../../src/job/runs/lease.ts';
import { answerRequests } from '../../../src/job/scheduler/answerRequests.ts';
import { declareJob } from '../../../src/job/scheduler/declareJob.ts';
import { fireDue } from '../../../src/job/scheduler/fireDue.ts';
import { createMaintenance } from '../../../src/job/scheduler/maintenance.ts';
import { sendNotifications } from '../../../src/job/scheduler/sendNotifications.ts';
import { startScheduler } from '../../../src/job/scheduler/startScheduler.ts';
import type { Database, Ledger, Sql } from '../../../src/job/store/database.ts';
import { openDatabase } from '../../../src/job/store/openDatabase.ts';
import { serverDatabase } from '../../../src/job/store/serverDatabase.ts';
import type { TrainingResult } from '../../../src/job/types.ts';
import { every, type JobOptions, webhook } from '../../../src/jobs.ts';
import { onEachDatabase, type Place } from '../databases.ts';
import { handClock } from '../handClock.ts';
import { tinyJob } from '../jobFile.ts';

const minute = 60_000;

/** How much there is in a ledger before anything is measured. */
interface Size {
  /** Runs that are over, each with its tick, a version that was champion once, and a notification that was sent. */
  readonly over: number;
  /** Runs that wait for a worker; as many wait for their next attempt. */
  readonly waiting: number;
}

/** A ledger of one connection, so that what it has read can be asked for, with one job that is due every minute. */
async function ledgerOf(t: ExecutionContext, place: Place, { over, waiting }: Size, options: Partial<JobOptions> = {}) {
  const database = place.url
    ? await serverDatabase(place.url, { connections: 1 })
    : await openDatabase(place.home, undefined);
  t.teardown(() => database.close());
  const clock = handClock(over * minute);
  const job = tinyJob({
    schedule: every({ minutes: 1 }),
    notify: webhook('http://127.0.0.1:9/'),
    catchUp: { window: { days: 10_000 }, run: 'all' },
    ...options,
  });
  const ledger: Ledger = { database, clock };
  await declareJob(ledger, { job, file: 'tiny.ts' });
  await database.script(`
    insert into millrace.tick (job, due_at, origin, state, created_at, decided_at)
      select 'tiny', n * ${minute}, 'schedule', 'ran', n, n from generate_series(1, ${over}) n;
    insert into millrace.run (job, tick_id, due_at, state, fence, created_at, finished_at, files_deleted)
      select job, id, due_at, case id % 2 when 0 then 'succeeded' else 'failed' end, 1, due_at, due_at, id <= ${over - 20}
      from millrace.tick order by id;
    insert into millrace.version (job, number, run_id, checkpoint, sha256, pipeline_hash, code_version, fingerprint, scores, verdict,
        created_at, deleted_at)
      select job, row_number() over (order by id), id, '', '', '', '', '{}', '{}', '{}', 0, case when files_deleted then 0 end
      from millrace.run where state = 'succeeded';
    insert into millrace.alias_change (job, name, kind, to_version, by, why, at)
      select job, 'champion', 'promote', number, 'checks', '', 0 from millrace.version order by number;
    insert into millrace.alias (job, name, version) select job, 'champion', max(number) from millrace.version group by job;
    update millrace.job set champions = array(select number from millrace.version where deleted_at is null order by number desc);
    insert into millrace.notification (job, run_id, event, target, host, body, sent)
      select job, id, state, '', '', '{}', true from millrace.run;
    insert into millrace.request (job, kind, since, until, again, by, why, answer)
      select job, 'trigger', 0, 0, false, '', '', '{}' from millrace.run;
  `);
  clock.set((over + 2 * waiting) * minute);
  const declared = { job, file: 'tiny.ts' };
  while ((await fireDue(ledger, declared)).nextDue! <= clock.now());
  await database.query(
    `update millrace.run set backoff_ms = 1e9, retry_at = now() + interval '10 days'
     where state = 'queued' and id > (select min(id) from millrace.run where state = 'queued') and id % 2 = 0`,
  );
  await database.query('update millrace.notification set sent = true');
  return { ledger, clock, declared, database };
}

/** Rows and entries of indexes that a session has read so far. */
async function readsOf(database: Database): Promise<number> {
  await database.query('select pg_stat_force_next_flush()');
  const [{ reads }] = await database.query<{ reads: number }>(
    `select (select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_user_tables where schemaname = 'millrace')::int
       + (select sum(idx_tup_read) from pg_stat_user_indexes where schemaname = 'millrace')::int as reads`,
  );
  return reads;
}

const trained: Extract<TrainingResult, { kind: 'trained' }> = {
  kind: 'trained',
  newRows: 1,
  trainedRows: 1,
  dataFrom: null,
  dataTo: null,
  start: { kind: 'scratch' },
  checkpoint: 'none',
  sha256: '',
  pipelineHash: '',
  fingerprint: null,
  candidate: { rows: 1, metrics: {}, slices: {} },
  champion: null,
  verdict: { passed: true, checks: [] },
};

const runs = 20;

/** What one run costs, from its due time to its end, with a look of a scheduler at everything: rows that are read, and statements. */
async function costOf(t: ExecutionContext, place: Place, size: Size, options?: Partial<JobOptions>) {
  const { clock, declared, database } = await ledgerOf(t, place, size, options);
  let statements = 0;
  const counted = (sql: Sql): Sql => ({
    query: (text, values) => {
      statements++;
      return sql.query(text, values);
    },
    script: sql.script,
  });
  const own: Ledger = {
    clock,
    database: {
      ...database,
      ...counted(database),
      transaction: (action) => database.transaction((sql) => action(counted(sql))),
    },
  };
  const log = () => {};
  const maintenance = createMaintenance({ ledger: own, leaseMs: 30_000, log });
  const notifications = sendNotifications({ database: own.database, jobs: [], log, ended: () => {} });
  const operations = databaseOperations({ ...own, home: place.home });
  const before = await readsOf(database);
  for (let run = 1; run <= runs; run++) {
    clock.set(clock.now() + minute);
    await fireDue(own, declared);
    const lease = await leaseRun(own, 'test');
    if (!lease) throw new Error('nothing waits');
    const result: TrainingResult = run % 2 ? trained : { kind: 'tooFewRows', newRows: 0, minRows: 1 };
    const outcome = await commitResult(own, lease, result, { folder: '', codeVersion: '' });
    t.regex(`${outcome}`, run % 2 ? /^succeeded/ : /^skipped/);
    await answerRequests(own, new Map([['tiny', declared]]));
    await maintenance.endCancelled();
    await maintenance.revokeDeadLeases();
    await maintenance.requeueFailed();
    await notifications.poll();
    await repairPointers(own.database, place.home, ['tiny']);
    await deleteFiles(own.database, place.home);
    await operations.runs({ job: null, limit: 5 });
    await operations.runs({ job: 'tiny', limit: 5 });
    await operations.run({ id: lease.run });
  }
  await checkChampions(own, place.home, 'tiny', log);
  return { reads: ((await readsOf(database)) - before) / runs, statements: statements / runs };
}

for (const overlap of ['allowAll', 'bufferAll', 'skip'] as const) {
  onEachDatabase(
    `${overlap}: what a run costs grows neither with those that wait nor with those that are over`,
    async (t, place) => {
      const { reads, statements } = await costOf(t, place, { over: 10_000, waiting: 1000 }, { overlap });
      t.log(`${reads} rows and entries of indexes read, ${statements} statements`);
      t.true(reads < 500);
      t.true(statements < 40);
    },
  );
}

onEachDatabase('runs that begin and end wake no scheduler', async (t, place) => {
  const { ledger, declared, database } = await ledgerOf(t, place, { over: 0, waiting: 10 });
  const texts: string[] = [];
  const counted: Database = {
    ...database,
    query(text, values) {
      texts.push(text);
      return database.query(text, values);
    },
  };
  const looks = (at: string) => texts.filter((text) => text.includes(at)).length;
  const scheduler = startScheduler({
    ledger: { ...ledger, database: counted },
    home: place.home,
    jobs: [declared],
    leaseMs: 30_000,
    fork: () => {
      throw new Error('there is nothing to look at');
    },
    log: (_, message) => t.log(message),
  });
  t.teardown(() => scheduler.stop());
  // Nobody is woken to look at leases: that is done once a second.
  while (looks(`where state = 'running'`) < 4) {
    for (const notice of ['over', 'work', 'stop'] as const) scheduler.wake(notice);
    await setImmediate();
  }
  for (const at of ['from millrace.request', 'update millrace.notification']) {
    const found = looks(at);
    t.true(found >= 2 && found <= 6, `${found} looks ${at}`);
  }
  scheduler.wake('request');
  scheduler.wake('notification');
  const before = [looks('from millrace.request'), looks('update millrace.notification')];
  while (looks('from millrace.request') === before[0] || looks('update millrace.notification') === before[1]) {
    await setImmediate();
  }
});
