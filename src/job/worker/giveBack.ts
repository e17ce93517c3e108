import type { Sql } from '../database/database.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { holdLease, type Told } from './holdLease.ts';
import type { Lease } from './lease.ts';

/** Lets another worker go on with a run, from its last checkpoint. */
export function giveBack(ledger: Ledger, lease: Lease): Promise<Told> {
  return holdLease(ledger, lease, async (sql) => {
    await requeue(sql, ledger, lease.run);
    return 'given back';
  });
}

/** Puts a run that was leased into the queue again. Its row is locked. */
export async function requeue(sql: Sql, { queue }: Ledger, run: number): Promise<void> {
  await sql.query(`update millrace.run set state = 'queued', worker = null where id = $1`, [run]);
  await queue.send(sql, run);
}
