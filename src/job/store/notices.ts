import type { Notice, Sql } from './database.ts';

/** The channel of PostgreSQL that notices go by. */
export const channel = 'millrace';

/** Sends a notice to all processes, when the transaction is committed. */
export async function sendNotice(sql: Sql, notice: Notice): Promise<void> {
  await sql.query(`select pg_notify('${channel}', $1)`, [notice]);
}
