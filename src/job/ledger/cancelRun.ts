import type { Sql } from '../database/database.ts';
import { notify } from '../database/notify.ts';
import { endRun } from './endRun.ts';
import type { Ledger } from './ledger.ts';

/**
 * Asks a run to stop; the first reason stays. One that no worker has is over at once; a worker is told, and ends its run. The job's row is locked.
 *
 * @returns whether the run was not over
 */
export async function cancelRun(sql: Sql, ledger: Ledger, id: number, reason: string): Promise<boolean> {
  const [run] = await sql.query<{ job: string; state: string; why: string }>(
    `update millrace.run set cancel_reason = coalesce(cancel_reason, $2)
     where id = $1 and state in ('buffered', 'queued', 'running') returning job, state, cancel_reason as why`,
    [id, reason],
  );
  if (!run) return false;
  if (run.state === 'running') await notify(sql, 'work');
  else await endRun(sql, ledger, { id, job: run.job }, { state: 'cancelled', reason: run.why });
  return true;
}
