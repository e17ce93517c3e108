import type { Sql } from './database.ts';

/**
 * Lets the oldest buffered run of a job go to the workers, unless another is not over yet. The job's row is locked.
 *
 * @returns whether one went
 */
export async function queueBuffered(sql: Sql, job: string): Promise<boolean> {
  const queued = await sql.query(
    `update millrace.run set state = 'queued', place = nextval('millrace.place')
     where id = (select min(id) from millrace.run where job = $1 and state = 'buffered')
       and not exists (select from millrace.run where job = $1 and state = 'queued')
       and not exists (select from millrace.run where job = $1 and state = 'running')
     returning id`,
    [job],
  );
  return queued.length > 0;
}

/** Puts a run that was leased into the queue again, at its end. Its row is locked. */
export async function requeueRun(sql: Sql, id: number): Promise<void> {
  await sql.query(
    `update millrace.run set state = 'queued', worker = null, place = nextval('millrace.place') where id = $1`,
    [id],
  );
}

/** Lets runs that have failed go to the workers again when they have waited for long enough. @returns how many, at most `limit` */
export async function requeueFailedRuns(sql: Sql, limit: number): Promise<number> {
  const due = await sql.query(
    `update millrace.run set backoff_ms = null, retry_at = null, place = nextval('millrace.place')
     where id = any (array(
       select id from millrace.run where state = 'queued' and backoff_ms is not null and retry_at <= now()
       order by retry_at limit $1 for update skip locked
     ))
     returning id`,
    [limit],
  );
  return due.length;
}

/** Lets no failed run wait for longer than it was to: the database's clock may have been set back. */
export async function capRetryWaits(sql: Sql): Promise<void> {
  await sql.query(
    `update millrace.run set retry_at = now() + backoff_ms * interval '1 ms'
     where state = 'queued' and backoff_ms is not null and retry_at > now() + backoff_ms * interval '1 ms'`,
  );
}

/** Notes a failure of a run, which is tried again after a while; null for one that is ended at once. */
export async function saveFailure(
  sql: Sql,
  id: number,
  { attempt, error, waitMs }: { readonly attempt: number; readonly error: string; readonly waitMs: number | null },
): Promise<void> {
  await sql.query(
    `update millrace.run set attempt = $2, error = $3, worker = null, state = 'queued', backoff_ms = $4::bigint,
       retry_at = now() + $4::bigint * interval '1 ms' where id = $1`,
    [id, attempt, error, waitMs],
  );
}
