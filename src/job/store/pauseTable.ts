import type { Sql } from './database.ts';

export interface Pause {
  readonly since: number;
  /** Null for one that has not ended. */
  readonly until: number | null;
  readonly by: string;
  readonly why: string;
}

/** All pauses of a job. */
export function readPauses(sql: Sql, job: string): Promise<readonly Pause[]> {
  return sql.query<Pause>(`select since, until, by, why from millrace.pause where job = $1`, [job]);
}

/** Pauses a job that is not paused. */
export async function beginPause(sql: Sql, job: string, { since, by, why }: Omit<Pause, 'until'>): Promise<void> {
  await sql.query(`insert into millrace.pause (job, since, by, why) values ($1, $2, $3, $4) on conflict do nothing`, [
    job,
    since,
    by,
    why,
  ]);
}

/** Ends the pause of a job, where there is one. */
export async function endPause(sql: Sql, job: string, until: number): Promise<void> {
  await sql.query(`update millrace.pause set until = $2 where job = $1 and until is null`, [job, until]);
}
