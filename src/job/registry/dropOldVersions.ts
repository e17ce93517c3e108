import type { Sql } from '../database/database.ts';

/**
 * Marks the oldest versions that no alias points to, beyond so many, as deleted. Their files go later: a process that dies in between, or
 * a transaction that is rolled back, leaves no version without its file. The job's row is locked.
 */
export async function dropOldVersions(sql: Sql, job: string, keep: number, now: number): Promise<void> {
  await sql.query(
    `update millrace.version set deleted_at = $3
     where job = $1 and number in (
       select number from millrace.version v
       where job = $1 and deleted_at is null
         and not exists (select from millrace.alias a where a.job = v.job and a.version = v.number)
       order by number desc offset $2
     )`,
    [job, keep, now],
  );
}
