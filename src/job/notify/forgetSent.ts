import type { Sql } from '../database/database.ts';

/** Forgets notifications that were sent, or given up, more than thirty days ago. */
export async function forgetSent(sql: Sql): Promise<void> {
  await sql.query(
    `delete from millrace.notification where (sent or given_up) and created_at < now() - interval '30 days'`,
  );
}
