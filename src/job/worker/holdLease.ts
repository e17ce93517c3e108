import type { Sql } from '../database/database.ts';
import { endRun } from '../ledger/endRun.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Lease } from './lease.ts';

/** The watermark of a job and the failures of a run as they are now. */
export interface Held {
  readonly watermark: number | null;
  readonly attempt: number;
}

/** What became of a run, for people; null where the lease was no longer its own, so that nothing was done. */
export type Told = string | null;

/**
 * Does something with a run in one transaction, provided that the lease is still the last, and that nobody has asked the run to stop: then
 * it ends there. The rows of the job and of the run are locked.
 */
export function holdLease(
  ledger: Ledger,
  { run, job, fence, worker }: Lease,
  action: (sql: Sql, held: Held) => Promise<string>,
): Promise<Told> {
  return ledger.database.transaction(async (sql) => {
    const [{ watermark }] = await sql.query<{ watermark: number | null }>(
      `select watermark from millrace.job where name = $1 for update`,
      [job],
    );
    const [own] = await sql.query<{ attempt: number; cancelReason: string | null }>(
      `select attempt, cancel_reason as "cancelReason" from millrace.run
       where id = $1 and fence = $2 and worker = $3 and state = 'running' for update`,
      [run, fence, worker],
    );
    if (!own) return null;
    if (own.cancelReason !== null) {
      await endRun(sql, ledger, { id: run, job }, { state: 'cancelled', reason: own.cancelReason });
      return `cancelled ${own.cancelReason}`;
    }
    return action(sql, { watermark, attempt: own.attempt });
  });
}
