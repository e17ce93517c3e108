import type { Json } from '../../json.ts';
import type { RunState, Tick, TickOrigin } from '../types.ts';
import type { Sql } from './database.ts';

/** A tick that asks for no run. */
export interface DecidedTick {
  readonly dueAt: number;
  readonly state: 'skipped' | 'missed';
  readonly reason: string;
}

/** Enters ticks of a schedule that ask for no run; those that are there stay. */
export async function insertDecidedTicks(
  sql: Sql,
  job: string,
  ticks: readonly DecidedTick[],
  now: number,
): Promise<void> {
  if (ticks.length === 0) return;
  await sql.query(
    `insert into millrace.tick (job, due_at, origin, state, reason, created_at, decided_at)
     select $1, due_at, 'schedule', state, reason, $2, $2
     from unnest($3::bigint[], $4::text[], $5::text[]) as each (due_at, state, reason)
     on conflict do nothing`,
    [job, now, ticks.map(({ dueAt }) => dueAt), ticks.map(({ state }) => state), ticks.map(({ reason }) => reason)],
  );
}

export interface NewTicks {
  readonly job: string;
  /** Ascending. */
  readonly dueTimes: readonly number[];
  readonly origin: TickOrigin;
  /** Who or what asked for them; null for those of the schedule. */
  readonly cause: string | null;
  /** Why they are skipped; null where each of them asks for a run. */
  readonly reason: string | null;
  /** Of the runs. */
  readonly state: 'queued' | 'buffered';
  readonly now: number;
}

/**
 * Enters ticks, each with its run where it asks for one.
 *
 * @returns how many nobody had entered before, and the first run
 */
export async function insertTicks(
  sql: Sql,
  { job, dueTimes, origin, cause, reason, state, now }: NewTicks,
): Promise<{ readonly ticks: number; readonly run: number | null }> {
  const isAsked = origin === 'trigger' || origin === 'backfill';
  const [entered] = await sql.query<{ ticks: number; run: number | null }>(
    `with tick as (
       insert into millrace.tick (job, due_at, origin, cause, state, reason, created_at, decided_at)
       select $1, due_at, $3, $4, case when $5::text is null then 'waiting' else 'skipped' end, $5, $6::bigint,
         case when $5 is not null then $6 end
       from unnest($2::bigint[]) with ordinality as due (due_at, nth) order by nth
       on conflict do nothing returning id, due_at
     ), run as (
       insert into millrace.run (job, tick_id, due_at, created_at, is_asked, state, place)
       select $1, id, due_at, $6, $7, $8, case when $8 = 'queued' then nextval('millrace.place') end
       from (select id, due_at from tick order by id) entered where $5 is null returning id
     )
     select (select count(*) from tick) as ticks, (select min(id) from run) as run`,
    [job, dueTimes, origin, cause, reason, now, isAsked, state],
  );
  return entered;
}

/** Those of some times at which a job has run, or is about to. */
export async function readKnownTimes(sql: Sql, job: string, times: readonly number[]): Promise<readonly number[]> {
  const known = await sql.query<{ dueAt: number }>(
    `select distinct due_at as "dueAt" from millrace.tick where job = $1 and due_at = any ($2::bigint[])
     and state in ('ran', 'waiting')`,
    [job, times],
  );
  return known.map(({ dueAt }) => dueAt);
}

/** A tick, and the run that it asked for. */
export interface TickView extends Tick {
  readonly runState: RunState | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly progress: Json;
  readonly version: number | null;
}

/** Newest first; of all jobs where none is named. */
export function readTicks(sql: Sql, job: string | null, limit: number): Promise<readonly TickView[]> {
  return sql.query<TickView>(
    `select t.id, t.job, t.due_at as "dueAt", origin, t.state, cause, reason, r.id as run, r.state as "runState",
       r.started_at as "startedAt", r.finished_at as "finishedAt", progress, version
     from millrace.tick t left join millrace.run r on r.tick_id = t.id
     where $1::text is null or t.job = $1 order by t.due_at desc, t.id desc limit $2`,
    [job, limit],
  );
}
