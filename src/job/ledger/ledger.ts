import type { Database } from '../database/database.ts';
import type { RunQueue } from '../queue/runQueue.ts';
import type { Clock } from '../types.ts';

/** What all that write in the ledger have in common. */
export interface Ledger {
  readonly database: Database;
  readonly queue: RunQueue;
  /** By which ticks are due and rows are dated. */
  readonly clock: Clock;
}
