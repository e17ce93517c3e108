import type { ExecutionContext } from 'ava';
import type { Database } from '../../src/job/database/database.ts';
import type { Ledger } from '../../src/job/ledger/ledger.ts';
import { runQueue } from '../../src/job/queue/runQueue.ts';
import type { Clock } from '../../src/job/types.ts';

/** A clock that shows what it is told. */
export interface HandClock extends Clock {
  set(time: number): void;
}

export function handClock(time = 0): HandClock {
  return {
    speed: 1,
    now: () => time,
    set(to) {
      time = to;
    },
  };
}

/** A ledger on a database; its queue is closed when the test ends. */
export async function ledgerOn(t: ExecutionContext, database: Database, clock: Clock): Promise<Ledger> {
  const queue = await runQueue(database, (error) => t.log(error.message));
  t.teardown(() => queue.close());
  return { database, queue, clock };
}
