import type { Run } from '../../sink/types.ts';
import { createStallDetector } from '../clock/stallDetector.ts';
import { cancelRun } from '../runs/cancelRun.ts';
import { revokeLease } from '../runs/revokeLease.ts';
import type { Ledger } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { readLeases } from '../store/leases.ts';
import { sendNotice } from '../store/notices.ts';
import { capNotificationWaits } from '../store/notificationTable.ts';
import { capRetryWaits, requeueFailedRuns } from '../store/queue.ts';
import { readCancelledRuns } from '../store/runTable.ts';
import { longestMs } from './sendNotifications.ts';

export interface MaintenanceOptions {
  readonly ledger: Ledger;
  readonly leaseMs: number;
  readonly log: Run['log'];
}

/**
 * Looks after the runs that no worker has. Each of its tasks may be done by any number of processes at once. What it reads is bounded by
 * what there is to do, and by the trainings that are under way: thousands of runs may wait.
 */
export interface Maintenance {
  /** Ends runs that somebody has cancelled and no worker has. Call it when somebody asks for something. */
  endCancelled(): Promise<void>;
  /** Takes runs away from workers that are not heard of. Call it every second or so. */
  revokeDeadLeases(): Promise<void>;
  /** Lets runs that have failed go to the workers again when they have waited for long enough. Call it every second or so. */
  requeueFailed(): Promise<void>;
  /** The database's clock may have been set back: nothing waits for longer than it was to. Call it now and then. */
  capWaits(): Promise<void>;
}

/** Runs that one query reads. */
const page = 100;

export function createMaintenance({ ledger, leaseMs, log }: MaintenanceOptions): Maintenance {
  const { database } = ledger;
  const heartbeats = createStallDetector({ pauseMs: Math.max(leaseMs / 2, 5000) });
  return {
    async endCancelled() {
      for (let found = page; found === page; ) {
        const runs = await readCancelledRuns(database, page);
        for (const { id, job } of runs) {
          await database.transaction(async (sql) => {
            await lockJob(sql, job);
            await cancelRun(sql, ledger, id, '');
          });
        }
        found = runs.length;
      }
    },
    async revokeDeadLeases() {
      for (const lease of await readLeases(database)) {
        const { id, job, fence, beat } = lease;
        if (!heartbeats.isStalled(`${id} ${fence} ${beat}`, leaseMs)) continue;
        if (await revokeLease(ledger, lease))
          log('warn', `run ${id} of ${job}: its worker is not heard of, another goes on`);
      }
    },
    async requeueFailed() {
      if ((await requeueFailedRuns(database, page)) > 0) await sendNotice(database, 'work');
    },
    async capWaits() {
      await capRetryWaits(database);
      await capNotificationWaits(database, longestMs);
    },
  };
}
