import { type EndedRun, saveEnd } from '../store/runTable.ts';
import { queueBuffered } from '../store/queue.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { sendNotice } from '../store/notices.ts';
import { queueNotification } from '../store/notificationTable.ts';
import type { TickState } from '../types.ts';

/** How a run ended. */
export type RunEnd = Pick<EndedRun, 'state' | 'reason'>;

/** What a run's end says of its tick. */
const tickStates: Readonly<Record<RunEnd['state'], TickState>> = {
  succeeded: 'ran',
  rejected: 'ran',
  skipped: 'skipped',
  failed: 'failed',
  cancelled: 'skipped',
};

/**
 * Ends a run, decides its tick, lets the next buffered run of its job go to the workers, and notifies those who want to know. The job's row
 * is locked.
 */
export async function endRun(
  sql: Sql,
  { clock }: Ledger,
  { id, job }: { readonly id: number; readonly job: string },
  { state, reason }: RunEnd,
): Promise<void> {
  const at = clock.now();
  await saveEnd(sql, id, { state, tickState: tickStates[state], reason, at });
  if (await queueBuffered(sql, job)) await sendNotice(sql, 'work');
  const text = `run ${id} of ${job}: ${state}${reason ? `, ${reason}` : ''}`;
  await queueNotification(sql, { job, run: id, event: state, at, text });
  await sendNotice(sql, 'over');
}
