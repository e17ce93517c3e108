import type { Sql } from '../database/database.ts';

/** A file whose job cannot be scheduled, and why. */
export interface UnusableFile {
  readonly file: string;
  readonly error: Error;
}

/** Notes at a job that its file has become unusable: its times are entered late, when it is mended. */
export async function noteUnusable(sql: Sql, { file, error }: UnusableFile): Promise<void> {
  await sql.query(`update millrace.job set error = $2 where file = $1`, [file, error.message]);
}
