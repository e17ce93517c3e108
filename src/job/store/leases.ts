import type { Json } from '../../json.ts';
import type { Declaration } from '../declare/declaration.ts';
import type { TickOrigin } from '../types.ts';
import type { Sql } from './database.ts';

/** A run that has just been leased, with what its job says. */
export interface LeasedRun {
  readonly run: number;
  /** The number of the lease. */
  readonly fence: number;
  readonly job: string;
  readonly jobFile: string;
  readonly declaration: Declaration;
  readonly dueAt: number;
  readonly origin: TickOrigin;
  readonly watermark: number | null;
}

/**
 * Leases the run that has waited longest in the queue. Workers that ask at the same moment get one each, without waiting for each other.
 *
 * @returns undefined where none waits that nobody else is taking
 */
export async function leaseNextRun(sql: Sql, worker: string, now: number): Promise<LeasedRun | undefined> {
  const [leased] = await sql.query<LeasedRun>(
    `update millrace.run r set state = 'running', worker = $1, fence = r.fence + 1, beat = 0, heartbeat_at = now(),
       started_at = coalesce(r.started_at, $2), step_at_lease = coalesce((r.progress->>'step')::bigint, 0)
     from millrace.job j, millrace.tick t
     where r.id = (select id from millrace.run where state = 'queued' and backoff_ms is null
                   order by place limit 1 for update skip locked)
       and j.name = r.job and t.id = r.tick_id
     returning r.id as run, r.fence, r.job, j.file as "jobFile", j.declaration, r.due_at as "dueAt", t.origin, j.watermark`,
    [worker, now],
  );
  return leased;
}

/** A lease that is still the last, and why its run shall stop. */
export interface RenewedLease {
  readonly run: number;
  readonly fence: number;
  readonly cancelReason: string | null;
}

/** Says that a worker lives, and how far its runs are. @returns those that are still its own */
export function renewLeases(
  sql: Sql,
  worker: string,
  leases: readonly { readonly run: number; readonly fence: number; readonly progress: Json }[],
): Promise<readonly RenewedLease[]> {
  return sql.query<RenewedLease>(
    `update millrace.run r set beat = r.beat + 1, heartbeat_at = now(), progress = coalesce(own.progress::jsonb, r.progress)
     from unnest($2::bigint[], $3::integer[], $4::text[]) as own (id, fence, progress)
     where r.id = own.id and r.fence = own.fence and r.worker = $1 and r.state = 'running'
     returning r.id as run, r.fence, r.cancel_reason as "cancelReason"`,
    [
      worker,
      leases.map(({ run }) => run),
      leases.map(({ fence }) => fence),
      leases.map(({ progress }) => (progress === null ? null : JSON.stringify(progress))),
    ],
  );
}

/** What is read of a leased run while its row is locked. */
export interface LockedLease {
  /** Failures so far. */
  readonly attempt: number;
  /** Why it shall stop; null while nobody asks. */
  readonly cancelReason: string | null;
}

/** Locks a leased run. @returns undefined where the lease is not the last any more */
export async function lockLease(
  sql: Sql,
  { run, fence, worker }: { readonly run: number; readonly fence: number; readonly worker: string },
): Promise<LockedLease | undefined> {
  const [own] = await sql.query<LockedLease>(
    `select attempt, cancel_reason as "cancelReason" from millrace.run
     where id = $1 and fence = $2 and worker = $3 and state = 'running' for update`,
    [run, fence, worker],
  );
  return own;
}

/** A lease as it was seen. */
export interface ObservedLease {
  readonly id: number;
  readonly job: string;
  readonly fence: number;
  readonly beat: number;
}

/** All leases that there are. */
export function readLeases(sql: Sql): Promise<readonly ObservedLease[]> {
  return sql.query<ObservedLease>(`select id, job, fence, beat from millrace.run where state = 'running'`);
}

/** A run whose worker was taken from it. */
export interface LostRun {
  readonly cancelReason: string | null;
  /** Leases in a row that ended so without progress. */
  readonly lost: number;
}

/** Takes a run from its worker. @returns undefined where the worker has been heard meanwhile, or the lease is another */
export async function clearLease(sql: Sql, { id, fence, beat }: ObservedLease): Promise<LostRun | undefined> {
  const [run] = await sql.query<LostRun>(
    `update millrace.run set worker = null,
       lost = case when coalesce((progress->>'step')::bigint, 0) > step_at_lease then 1 else lost + 1 end
     where id = $1 and fence = $2 and beat = $3 and state = 'running'
     returning cancel_reason as "cancelReason", lost`,
    [id, fence, beat],
  );
  return run;
}
