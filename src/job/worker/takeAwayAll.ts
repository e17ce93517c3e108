import type { Ledger } from '../ledger/ledger.ts';
import { type DeadLease, takeAway } from './takeAway.ts';

/** Takes all runs away from their workers: for the only process there is, when it begins. */
export async function takeAwayAll(ledger: Ledger): Promise<void> {
  const leases = await ledger.database.query<DeadLease>(
    `select id, job, fence, beat from millrace.run where state = 'running'`,
  );
  for (const lease of leases) await takeAway(ledger, lease);
}
