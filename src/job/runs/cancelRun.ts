import type { Ledger, Sql } from '../store/database.ts';
import { sendNotice } from '../store/notices.ts';
import { saveCancelReason } from '../store/runTable.ts';
import { endRun } from './endRun.ts';

/**
 * Asks a run to stop; the first reason stays. One that no worker has is over at once; a worker is told, and ends its run. The job's row is locked.
 *
 * @returns whether the run was not over
 */
export async function cancelRun(sql: Sql, ledger: Ledger, id: number, reason: string): Promise<boolean> {
  const run = await saveCancelReason(sql, id, reason);
  if (!run) return false;
  if (run.state === 'running') await sendNotice(sql, 'stop');
  else await endRun(sql, ledger, { id, job: run.job }, { state: 'cancelled', reason: run.cancelReason });
  return true;
}
