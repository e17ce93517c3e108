import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { createWakeUp } from '../clock/wakeUp.ts';
import { type Lease, leaseRun } from '../runs/lease.ts';
import type { Notice } from '../store/database.ts';
import { renewLeases } from '../store/leases.ts';
import { type Active, trainLease } from './trainLease.ts';
import type { WorkerOptions } from './workerOptions.ts';

export interface Worker {
  readonly id: string;
  /** Something has happened; anything may have where it is not said what. */
  wake(notice?: Notice): void;
  /** Takes no more runs, lets those that it has write a checkpoint and gives them back. Settled after `graceMs` or a little later. */
  stop(graceMs: number): Promise<void>;
}

/** How often the queue is looked into when nobody says that there is something in it. */
const pollMs = 1000;

/**
 * Takes runs from the queue and trains them, each in a process of its own, so that its heartbeats go on whatever a step does. Where the
 * database cannot be reached for as long as a lease, it ends its trainings: others have them by then.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { ledger, concurrency, leaseMs, log } = options;
  const id = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  /** A run may be among them twice: taken away, and leased anew. */
  const active = new Set<Active>();
  const wakeUp = createWakeUp();
  const stopping = new AbortController();

  const heartbeatWakeUp = createWakeUp();
  function wake(notice?: Notice): void {
    if (notice === undefined || notice === 'work') wakeUp.signal();
    if (notice === undefined || notice === 'stop') heartbeatWakeUp.signal();
  }

  function begin(lease: Lease): void {
    const training = trainLease(options, lease, heartbeatWakeUp.signal);
    active.add(training);
    training.done
      .catch((error) => log('error', `run ${lease.run}: ${error.message}`))
      .finally(() => {
        active.delete(training);
        wake();
      });
  }

  async function takeRuns(): Promise<void> {
    while (active.size < concurrency && !stopping.signal.aborted) {
      const lease = await leaseRun(ledger, id);
      if (lease === undefined) return;
      begin(lease);
    }
  }

  async function take(): Promise<void> {
    while (!stopping.signal.aborted) {
      await takeRuns().catch((error) => log('error', `the queue cannot be read: ${error.message}`));
      await wakeUp.wait(pollMs);
    }
  }

  async function beat(): Promise<void> {
    while (!stopping.signal.aborted || active.size > 0) {
      const leases = [...active];
      if (leases.length > 0) {
        await renewLeases(
          ledger.database,
          id,
          leases.map(({ lease, progress }) => ({ run: lease.run, fence: lease.fence, progress })),
        ).then(
          (beaten) => {
            for (const each of leases) {
              const own = beaten.find(({ run, fence }) => run === each.lease.run && fence === each.lease.fence);
              if (own) each.keep(own.cancelReason);
              else each.lose('another worker has it');
            }
          },
          (error) => log('warn', `no heartbeat: ${error.message}`),
        );
      }
      for (const each of leases) if (performance.now() - each.keptAt > leaseMs) each.lose('the lease has run out');
      await heartbeatWakeUp.wait(leaseMs / 4);
    }
  }

  const loops = Promise.all([take(), beat()]);
  return {
    id,
    wake,
    async stop(graceMs) {
      stopping.abort();
      for (const each of active) each.stop(graceMs);
      wake();
      const late = new AbortController();
      await Promise.race([loops, setTimeout(graceMs + 1000, undefined, { signal: late.signal }).catch(() => {})]);
      late.abort();
    },
  };
}
