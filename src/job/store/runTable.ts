import type { Json } from '../../json.ts';
import type { Overlap, RunRecord, RunState, Tick, TickState, Verdict } from '../types.ts';
import type { Sql } from './database.ts';

/** A run that is not over. */
export interface OpenRun {
  readonly id: number;
  readonly state: Extract<RunState, 'buffered' | 'queued' | 'running'>;
  /** A person has asked for it. */
  readonly isAsked: boolean;
}

/** The runs of a job that are not over, oldest first, as far as an overlap policy asks: thousands may wait. */
export async function readOpenRuns(sql: Sql, job: string, overlap: Overlap): Promise<readonly OpenRun[]> {
  if (overlap === 'allowAll') return [];
  const columns = `select id, state, is_asked as "isAsked" from millrace.run where job = $1`;
  // One that is queued or running where there is one.
  const any = `${columns} and state in ('buffered', 'queued', 'running') order by state desc, id desc limit 1`;
  if (overlap === 'cancelOther') {
    return sql.query<OpenRun>(`${columns} and state in ('buffered', 'queued', 'running') order by id`, [job]);
  }
  if (overlap !== 'bufferOne') return sql.query<OpenRun>(any, [job]);
  return sql.query<OpenRun>(`(${any}) union (${columns} and state = 'buffered' and not is_asked) order by id`, [job]);
}

/** Whether any run of any job is not over. */
export async function hasOpenRuns(sql: Sql): Promise<boolean> {
  const [{ open }] = await sql.query<{ open: boolean }>(
    `select exists (select from millrace.run where state in ('buffered', 'queued', 'running')) as open`,
  );
  return open;
}

/** Whether a run of a job is not over, or the job is paused. */
export async function isBusyOrPaused(sql: Sql, job: string): Promise<boolean> {
  const [{ is }] = await sql.query<{ is: boolean }>(
    `select exists (select from millrace.run where job = $1 and state in ('buffered', 'queued', 'running'))
       or exists (select from millrace.pause where job = $1 and until is null) as is`,
    [job],
  );
  return is;
}

/** What a run that is not over has been asked to. */
export interface CancelledRun {
  readonly job: string;
  readonly state: OpenRun['state'];
  readonly cancelReason: string;
}

/** Notes that a run shall stop; the first reason stays. @returns undefined for one that is over */
export async function saveCancelReason(sql: Sql, id: number, reason: string): Promise<CancelledRun | undefined> {
  const [run] = await sql.query<CancelledRun>(
    `update millrace.run set cancel_reason = coalesce(cancel_reason, $2)
     where id = $1 and state in ('buffered', 'queued', 'running')
     returning job, state, cancel_reason as "cancelReason"`,
    [id, reason],
  );
  return run;
}

/** Runs that shall stop and that no worker has, oldest first. */
export function readCancelledRuns(
  sql: Sql,
  limit: number,
): Promise<readonly { readonly id: number; readonly job: string }[]> {
  return sql.query<{ id: number; job: string }>(
    `select id, job from millrace.run where state in ('buffered', 'queued') and cancel_reason is not null
     order by id limit $1`,
    [limit],
  );
}

/** How a run and its tick end. */
export interface EndedRun {
  readonly state: Extract<RunState, 'succeeded' | 'rejected' | 'skipped' | 'failed' | 'cancelled'>;
  readonly tickState: TickState;
  /** For people; null where there is nothing to add. */
  readonly reason: string | null;
  readonly at: number;
}

export async function saveEnd(sql: Sql, id: number, { state, tickState, reason, at }: EndedRun): Promise<void> {
  await sql.query(
    `with run as (
       update millrace.run set state = $2, finished_at = $3, worker = null, backoff_ms = null, retry_at = null,
         -- One that nobody has ever trained has left nothing.
         files_deleted = files_deleted or fence = 0,
         error = case when $2 = 'failed' then $4 else error end
       where id = $1 returning tick_id
     )
     update millrace.tick set state = $5, reason = $6, decided_at = $3 from run where id = tick_id`,
    [id, state, at, reason, tickState, state === 'cancelled' ? `cancelled: ${reason}` : reason],
  );
}

/** Notes how many rows were new for a run. */
export async function saveNewRows(sql: Sql, id: number, newRows: number): Promise<void> {
  await sql.query(`update millrace.run set new_rows = $2 where id = $1`, [id, newRows]);
}

/** The model that a run has made. */
export interface RunResult {
  readonly version: number;
  readonly verdict: Verdict;
  readonly newRows: number;
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  /** As it was where it is null. */
  readonly progress: Json;
}

export async function saveResult(sql: Sql, id: number, result: RunResult): Promise<void> {
  const { version, verdict, newRows, dataFrom, dataTo, progress } = result;
  await sql.query(
    `update millrace.run set version = $2, verdict = $3, new_rows = $4, data_from = $5, data_to = $6,
       progress = coalesce($7::jsonb, progress) where id = $1`,
    [id, version, JSON.stringify(verdict), newRows, dataFrom, dataTo, progress ? JSON.stringify(progress) : null],
  );
}

/** The due time of the last run before another whose rows count as decided on; null for none. */
export async function readDecidedBefore(
  sql: Sql,
  job: string,
  { dueAt, isRejectedSeen }: { readonly dueAt: number; readonly isRejectedSeen: boolean },
): Promise<number | null> {
  const [{ last }] = await sql.query<{ last: number | null }>(
    `select max(due_at) as last from millrace.run
     where job = $1 and due_at < $2 and state in ('succeeded', 'rejected') and (state = 'succeeded' or $3)`,
    [job, dueAt, isRejectedSeen],
  );
  return last;
}

/** A run with its tick. */
export interface RunRow extends Omit<RunRecord, 'directory'> {
  /** Its folder is gone: it has no version, or one that is not kept. */
  readonly areFilesDeleted: boolean;
  readonly tick: Pick<Tick, 'origin' | 'state' | 'cause' | 'reason'>;
}

/** @returns undefined where there is no run of that number */
export async function readRun(sql: Sql, id: number): Promise<RunRow | undefined> {
  const [run] = await sql.query<RunRow>(
    `select r.id, r.job, tick_id as "tickId", r.due_at as "dueAt", r.state, attempt, fence, worker,
       (extract(epoch from heartbeat_at) * 1000)::bigint as "heartbeatAt", cancel_reason as "cancelReason",
       r.created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", new_rows as "newRows",
       data_from as "dataFrom", data_to as "dataTo", progress, verdict, error, version,
       files_deleted as "areFilesDeleted",
       jsonb_build_object('origin', t.origin, 'state', t.state, 'cause', t.cause, 'reason', t.reason) as tick
     from millrace.run r join millrace.tick t on t.id = r.tick_id where r.id = $1`,
    [id],
  );
  return run;
}

/**
 * Runs that are over, still have files and have no version, or none that is kept; not the newest that have failed. They are locked, those
 * that others have locked are left out.
 */
export function lockDeletableRuns(
  sql: Sql,
  { failedKept, limit }: { readonly failedKept: number; readonly limit: number },
): Promise<readonly { readonly id: number; readonly job: string }[]> {
  // Of a long ledger only the few runs are looked at that still have files: the indexes of those give the order.
  return sql.query<{ id: number; job: string }>(
    `select id, job from millrace.run r
     where not files_deleted and state in ('succeeded', 'rejected', 'skipped', 'failed', 'cancelled')
       and (select v.deleted_at is null from millrace.version v where v.run_id = r.id) is not true
       and (state <> 'failed' or id <= (
         select id from millrace.run f where f.job = r.job and f.state = 'failed' and not f.files_deleted
         order by id desc offset ${failedKept} limit 1
       ))
     order by job, id limit ${limit} for update skip locked`,
  );
}

/** Notes that the folders of runs are gone. */
export async function saveFilesDeleted(sql: Sql, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`update millrace.run set files_deleted = true where id = any ($1::bigint[])`, [ids]);
}

/** Those of some runs whose folders are gone. */
export async function readRunsWithoutFiles(sql: Sql, ids: readonly number[]): Promise<readonly number[]> {
  const runs = await sql.query<{ id: number }>(
    `select id from millrace.run where id = any ($1::bigint[]) and files_deleted`,
    [ids],
  );
  return runs.map(({ id }) => id);
}
