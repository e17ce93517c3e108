import { requeueRun } from '../store/queue.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { lockLease } from '../store/leases.ts';
import { sendNotice } from '../store/notices.ts';
import { endRun } from './endRun.ts';
import type { Lease } from './lease.ts';

/** The watermark of a job and the failures of a run as they are now. */
export interface LockedRun {
  readonly watermark: number | null;
  readonly attempt: number;
}

/** What became of a run, for people; null where the lease was no longer its own, so that nothing was done. */
export type Outcome = string | null;

/**
 * Does something with a run in one transaction, provided that the lease is still the last, and that nobody has asked the run to stop: then
 * it ends there. The rows of the job and of the run are locked.
 */
export function withLease(
  ledger: Ledger,
  lease: Lease,
  action: (sql: Sql, locked: LockedRun) => Promise<string>,
): Promise<Outcome> {
  const { run, job } = lease;
  return ledger.database.transaction(async (sql) => {
    const { watermark } = await lockJob(sql, job);
    const own = await lockLease(sql, lease);
    if (!own) return null;
    const { attempt, cancelReason } = own;
    if (cancelReason !== null) {
      await endRun(sql, ledger, { id: run, job }, { state: 'cancelled', reason: cancelReason });
      return `cancelled ${cancelReason}`;
    }
    return action(sql, { watermark, attempt });
  });
}

/** Lets another worker go on with a run, from its last checkpoint. */
export function releaseLease(ledger: Ledger, lease: Lease): Promise<Outcome> {
  return withLease(ledger, lease, async (sql) => {
    await requeue(sql, lease.run);
    return 'given back';
  });
}

/** Puts a run that was leased into the queue again, at its end. Its row is locked. */
export async function requeue(sql: Sql, run: number): Promise<void> {
  await requeueRun(sql, run);
  await sendNotice(sql, 'work');
}
