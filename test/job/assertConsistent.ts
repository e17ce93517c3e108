import { readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ExecutionContext } from 'ava';
import { pointerPath } from '../../src/job/registry/pointers.ts';
import { type ChampionChange, stackAfter } from '../../src/job/registry/setChampion.ts';
import { verifyCheckpoint } from '../../src/job/registry/verifyCheckpoint.ts';
import type { Database } from '../../src/job/store/database.ts';
import { readChampions } from '../../src/job/store/versionTable.ts';
import type { Job } from '../../src/job/types.ts';

/** What must hold at every moment between two transactions; each query finds what breaks it. */
const laws: Readonly<Record<string, string>> = {
  'a tick waits exactly while its run is open': `
    select t.id, t.state, r.state as run from millrace.tick t left join millrace.run r on r.tick_id = t.id
    where (t.state = 'waiting') <> coalesce(r.state in ('buffered', 'queued', 'running'), false)`,
  'a tick says what its run came to': `
    select t.id, t.state, r.state as run from millrace.tick t join millrace.run r on r.tick_id = t.id
    where r.state not in ('buffered', 'queued', 'running') and t.state <> case
      when r.state in ('succeeded', 'rejected') then 'ran' when r.state = 'failed' then 'failed' else 'skipped' end`,
  'a tick without a run was skipped or missed, and says why': `
    select t.id, t.state, t.reason from millrace.tick t left join millrace.run r on r.tick_id = t.id
    where r.id is null and (t.state not in ('skipped', 'missed') or t.reason is null)`,
  'a time is due once': `
    select job, due_at, count(*) from millrace.tick where origin = 'schedule' group by job, due_at having count(*) > 1`,
  'what waits in the queue has a place, and what waits for its next attempt the time of it': `
    select id, state, place, backoff_ms, retry_at from millrace.run
    where (state = 'queued' and place is null) or (retry_at is null) <> (backoff_ms is null)
      or (backoff_ms is not null and state <> 'queued')`,
  'only what runs has a worker': `select id, state, worker from millrace.run where (state = 'running') <> (worker is not null)`,
  'one run of a job at a time, unless all are allowed': `
    select r.job, count(*) from millrace.run r join millrace.job j on j.name = r.job
    where state in ('queued', 'running') and declaration->>'overlap' <> 'allowAll' group by r.job having count(*) > 1`,
  'nothing is buffered without anything to wait for': `
    select id from millrace.run b where state = 'buffered' and cancel_reason is null
      and not exists (select from millrace.run o where o.job = b.job and o.state in ('queued', 'running'))`,
  'a version is of the run that says so, and of no other': `
    select v.job, v.number, r.id, r.version, r.state from millrace.version v full join millrace.run r on r.id = v.run_id
    where (v.number is not null or r.version is not null) and (v.number is distinct from r.version or v.job <> r.job)`,
  'a run has a version when it succeeded or was rejected': `
    select id, state, version from millrace.run where (state in ('succeeded', 'rejected')) <> (version is not null)`,
  'versions are numbered without a gap': `
    select job, max(number), count(*) from millrace.version group by job having max(number) <> count(*)`,
  'an alias points to a version that is kept': `
    select a.* from millrace.alias a join millrace.version v on v.job = a.job and v.number = a.version
    where v.deleted_at is not null`,
  'the champion is the last that was made so': `
    select j.name, a.version, c.to_version from millrace.job j
    left join millrace.alias a on a.job = j.name and a.name = 'champion'
    left join lateral (select to_version from millrace.alias_change c where c.job = j.name and c.name = 'champion'
      order by id desc limit 1) c on true
    where a.version is distinct from c.to_version`,
  'each change of the champion begins where the last ended': `
    select * from (select job, from_version, lag(to_version) over (partition by job order by id) as before
      from millrace.alias_change where name = 'champion') c where from_version is distinct from before`,
  'the watermark is that of the last decision': `
    select j.name, watermark, m.due from millrace.job j, lateral (
      select max(due_at) as due from millrace.run r where r.job = j.name and (state = 'succeeded'
        or (state = 'rejected' and declaration->'data'->>'onReject' = 'advance'))) m
    where watermark is distinct from m.due`,
  'nobody is told twice of the end of a run': `
    select run_id, target, count(*) from millrace.notification where event in
      ('succeeded', 'rejected', 'skipped', 'failed', 'cancelled') group by run_id, target having count(*) > 1`,
};

export interface Consistency {
  readonly home: string;
  /** Jobs whose ticks must be complete. */
  readonly jobs?: readonly Job[];
  /** Nothing works at the moment: the pointers are right, too. @default true */
  readonly isIdle?: boolean;
}

/** Holds a database and its home folder against all that is promised of them. */
export async function assertConsistent(
  t: ExecutionContext,
  database: Database,
  { home, jobs = [], isIdle = true }: Consistency,
): Promise<void> {
  for (const [law, query] of Object.entries(laws)) t.deepEqual(await database.query(query), [], law);
  for (const job of jobs) await assertComplete(t, database, job);
  const names = await database.query<{ name: string }>(`select name from millrace.job`);
  for (const { name } of names) {
    const champions = await readChampions(database, name);
    const [champion] = await database.query<{ version: number }>(
      `select version from millrace.alias where job = $1 and name = 'champion'`,
      [name],
    );
    t.is(champions[0]?.version, champion?.version, `the champion of ${name}`);
    const changes = await database.query<ChampionChange>(
      `select kind, to_version as version from millrace.alias_change
       where job = $1 and name = 'champion' and to_version is not null order by id`,
      [name],
    );
    const kept = await database.query<{ number: number }>(
      `select number from millrace.version where job = $1 and deleted_at is null`,
      [name],
    );
    t.deepEqual(
      champions.map(({ version }) => version),
      changes.reduce(stackAfter, []).filter((version) => kept.some(({ number }) => number === version)),
      `the champions of ${name} are those of its history that are kept`,
    );
    for (const { checkpoint, sha256 } of champions.slice(0, 1)) {
      await t.notThrowsAsync(verifyCheckpoint(join(home, checkpoint), sha256), `the champion of ${name} loads`);
      if (!isIdle) continue;
      const path = join(home, pointerPath(name, 'champion'));
      const to = await readlink(path).catch(() => undefined);
      t.is(to, relative(join(path, '..'), join(home, checkpoint)), `the pointer to the champion of ${name}`);
    }
  }
}

/** Every time that was due since the job was declared has its row. */
async function assertComplete(t: ExecutionContext, database: Database, { name, schedule }: Job): Promise<void> {
  const ticks = await database.query<{ dueAt: number }>(
    `select due_at as "dueAt" from millrace.tick where job = $1 and origin = 'schedule' order by due_at`,
    [name],
  );
  const [{ until }] = await database.query<{ until: number }>(
    `select scheduled_until as until from millrace.job where name = $1`,
    [name],
  );
  if (ticks.length === 0) return;
  t.deepEqual(
    ticks.map(({ dueAt }) => dueAt),
    [...schedule.dueTimes(ticks[0].dueAt - 1, until)],
    `the ticks of ${name}`,
  );
}
