import type { Sql } from '../database/database.ts';
import { notify } from '../database/notify.ts';
import { tell } from '../notify/tell.ts';
import type { RunState, TickState } from '../types.ts';
import type { Ledger } from './ledger.ts';
import { queueBuffered } from './queueBuffered.ts';

/** How a run ended. */
export interface RunEnd {
  readonly state: Extract<RunState, 'succeeded' | 'rejected' | 'skipped' | 'failed' | 'cancelled'>;
  /** For people; null where there is nothing to add. */
  readonly reason: string | null;
}

/** What a run's end says of its tick. */
const tickStates: Readonly<Record<RunEnd['state'], TickState>> = {
  succeeded: 'ran',
  rejected: 'ran',
  skipped: 'skipped',
  failed: 'failed',
  cancelled: 'skipped',
};

/**
 * Ends a run, decides its tick, lets the next buffered run of its job go to the workers, and tells those who want to know. The job's row
 * is locked.
 */
export async function endRun(
  sql: Sql,
  ledger: Ledger,
  { id, job }: { readonly id: number; readonly job: string },
  { state, reason }: RunEnd,
): Promise<void> {
  const now = ledger.clock.now();
  await sql.query(
    `with run as (
       update millrace.run set state = $2, finished_at = $3, worker = null, backoff_ms = null,
         error = case when $2 = 'failed' then $4 else error end
       where id = $1 returning tick_id
     )
     update millrace.tick set state = $5, reason = $6, decided_at = $3 from run where id = tick_id`,
    [id, state, now, reason, tickStates[state], state === 'cancelled' ? `cancelled: ${reason}` : reason],
  );
  await queueBuffered(sql, ledger.queue, job);
  await tell(sql, {
    job,
    run: id,
    event: state,
    at: now,
    text: `run ${id} of ${job}: ${state}${reason ? `, ${reason}` : ''}`,
  });
  await notify(sql, 'over');
}
