import type { Ledger } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { clearLease, type ObservedLease, readLeases } from '../store/leases.ts';
import { endRun } from './endRun.ts';
import { requeue } from './withLease.ts';

/** So many workers in a row may die over a run, without any progress, before it is given up: it may be what kills them. */
const mostLost = 10;

/**
 * Takes a run away from a worker that is not heard of any more; another goes on from its last checkpoint. Nothing happens where the worker
 * has been heard meanwhile, or another scheduler was faster.
 *
 * @returns whether it was taken away
 */
export function revokeLease(ledger: Ledger, lease: ObservedLease): Promise<boolean> {
  const { id, job } = lease;
  return ledger.database.transaction(async (sql) => {
    await lockJob(sql, job);
    const run = await clearLease(sql, lease);
    if (!run) return false;
    const { cancelReason, lost } = run;
    if (cancelReason !== null) await endRun(sql, ledger, { id, job }, { state: 'cancelled', reason: cancelReason });
    else if (lost < mostLost) await requeue(sql, id);
    else {
      const reason = `its worker died ${lost} times in a row, without any progress`;
      await endRun(sql, ledger, { id, job }, { state: 'failed', reason });
    }
    return true;
  });
}

/** Takes all runs away from their workers: for the only process there is, when it begins. */
export async function revokeAllLeases(ledger: Ledger): Promise<void> {
  for (const lease of await readLeases(ledger.database)) await revokeLease(ledger, lease);
}
