import { endRun } from '../ledger/endRun.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { requeue } from './giveBack.ts';

/** A lease as it was seen to stand still. */
export interface DeadLease {
  readonly id: number;
  readonly job: string;
  readonly fence: number;
  readonly beat: number;
}

/** So many workers in a row may die over a run, without any progress, before it is given up: it may be what kills them. */
const mostLost = 10;

/**
 * Takes a run away from a worker that is not heard of any more; another goes on from its last checkpoint. Nothing happens where the worker
 * has been heard meanwhile, or another scheduler was faster.
 *
 * @returns whether it was taken away
 */
export function takeAway(ledger: Ledger, { id, job, fence, beat }: DeadLease): Promise<boolean> {
  return ledger.database.transaction(async (sql) => {
    await sql.query(`select from millrace.job where name = $1 for update`, [job]);
    const [run] = await sql.query<{ cancelReason: string | null; lost: number }>(
      `update millrace.run set worker = null,
         lost = case when coalesce((progress->>'step')::bigint, 0) > step_at_lease then 1 else lost + 1 end
       where id = $1 and fence = $2 and beat = $3 and state = 'running'
       returning cancel_reason as "cancelReason", lost`,
      [id, fence, beat],
    );
    if (!run) return false;
    const { cancelReason, lost } = run;
    if (cancelReason !== null) await endRun(sql, ledger, { id, job }, { state: 'cancelled', reason: cancelReason });
    else if (lost < mostLost) await requeue(sql, ledger, id);
    else {
      const reason = `its worker died ${lost} times in a row, without any progress`;
      await endRun(sql, ledger, { id, job }, { state: 'failed', reason });
    }
    return true;
  });
}
