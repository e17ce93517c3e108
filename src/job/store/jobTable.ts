import type { Declaration } from '../declare/declaration.ts';
import type { TickState } from '../types.ts';
import type { Sql } from './database.ts';

/** What is read of a job while its row is locked. */
export interface LockedJob {
  /** All due times up to here have a row in the ledger. */
  readonly scheduledUntil: number;
  readonly watermark: number | null;
}

/** Locks the row of a job: ticks and ends of runs come one after the other. */
export async function lockJob(sql: Sql, name: string): Promise<LockedJob> {
  const [job] = await sql.query<LockedJob>(
    `select scheduled_until as "scheduledUntil", watermark from millrace.job where name = $1 for update`,
    [name],
  );
  return job;
}

/** A job as its file declares it. */
export interface DeclaredRow {
  readonly file: string;
  readonly declaration: Declaration;
  readonly declaredAt: number;
  readonly nextDue: number | null;
}

/**
 * Enters a job, or its newest declaration. A schedule that is new, or another than before, begins when it is declared.
 */
export async function saveDeclaration(
  sql: Sql,
  { file, declaration, declaredAt, nextDue }: DeclaredRow,
): Promise<void> {
  await sql.query(
    `insert into millrace.job as old (name, file, declaration, scheduled_until, next_due, declared_at)
     values ($1, $2, $3, $4, $5, $4)
     on conflict (name) do update set
       file = excluded.file, declaration = excluded.declaration, declared_at = excluded.declared_at, error = null,
       scheduled_until = case
         when old.declaration->>'schedule' = excluded.declaration->>'schedule' then old.scheduled_until
         else greatest(old.scheduled_until, excluded.scheduled_until)
       end,
       next_due = case
         when old.declaration->>'schedule' = excluded.declaration->>'schedule' then old.next_due
         else excluded.next_due
       end`,
    [declaration.name, file, JSON.stringify(declaration), declaredAt, nextDue],
  );
}

/** Notes at a job that its file has become unusable: its times are entered late, when it is mended. */
export async function saveFileError(sql: Sql, file: string, error: string): Promise<void> {
  await sql.query(`update millrace.job set error = $2 where file = $1`, [file, error]);
}

/** Notes up to when all due times have been entered, and when the next is due. The job's row is locked. */
export async function saveScheduled(
  sql: Sql,
  name: string,
  { until, nextDue }: { readonly until: number; readonly nextDue: number | null },
): Promise<void> {
  await sql.query(`update millrace.job set scheduled_until = $2, next_due = $3 where name = $1`, [
    name,
    until,
    nextDue,
  ]);
}

/** Moves the watermark of a job forward, never back. */
export async function advanceWatermark(sql: Sql, name: string, to: number): Promise<void> {
  await sql.query(`update millrace.job set watermark = greatest(watermark, $2) where name = $1`, [name, to]);
}

/** Notes the champion and those before it, newest first. The job's row is locked. */
export async function saveChampions(sql: Sql, name: string, versions: readonly number[]): Promise<void> {
  await sql.query(`update millrace.job set champions = $2 where name = $1`, [name, versions]);
}

/** The names of all jobs, in their order. */
export async function readJobNames(sql: Sql): Promise<readonly string[]> {
  const jobs = await sql.query<{ name: string }>(`select name from millrace.job order by name`);
  return jobs.map(({ name }) => name);
}

/** A job as the ledger has it. */
export interface JobView {
  readonly name: string;
  readonly file: string;
  readonly declaration: Declaration;
  /** For `newData` when it is looked again. */
  readonly nextDue: number | null;
  readonly watermark: number | null;
  readonly paused: { readonly since: number; readonly by: string; readonly why: string } | null;
  readonly champion: number | null;
  /** Why nothing is scheduled of it, or its rows cannot be looked at; null where all is well. */
  readonly error: string | null;
  /** Runs that are not over. */
  readonly open: number;
  readonly last: { readonly dueAt: number; readonly state: TickState; readonly reason: string | null } | null;
}

export function readJobs(sql: Sql): Promise<readonly JobView[]> {
  return sql.query<JobView>(
    `select name, file, declaration, watermark,
       coalesce(next_due, (select next_at from millrace.probe p where p.job = j.name and kind = 'newData')) as "nextDue",
       coalesce(error, (select min(p.error) from millrace.probe p where p.job = j.name)) as error,
       (select jsonb_build_object('since', since, 'by', by, 'why', why) from millrace.pause p
        where p.job = j.name and until is null) as paused,
       (select version from millrace.alias a where a.job = j.name and a.name = 'champion') as champion,
       (select count(*) from millrace.run r
        where r.job = j.name and state in ('buffered', 'queued', 'running')) as open,
       (select jsonb_build_object('dueAt', due_at, 'state', state, 'reason', reason) from millrace.tick t
        where t.job = j.name order by due_at desc, id desc limit 1) as last
     from millrace.job j order by name`,
  );
}
