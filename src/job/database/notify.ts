import type { Notice, Sql } from './database.ts';

/** The channel of PostgreSQL that notices go by. */
export const channel = 'millrace';

/** Tells all processes, when the transaction is committed. */
export async function notify(sql: Sql, notice: Notice): Promise<void> {
  await sql.query(`select pg_notify('${channel}', $1)`, [notice]);
}
