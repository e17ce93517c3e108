import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { createBell } from '../clock/bell.ts';
import { heartbeat } from './heartbeat.ts';
import { type Lease, leaseRun } from './lease.ts';
import { type Active, trainLease } from './trainLease.ts';
import type { WorkerOptions } from './workerOptions.ts';

export interface Worker {
  readonly id: string;
  /** Something may have changed in the queue. */
  wake(): void;
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
  const bell = createBell();
  const stopping = new AbortController();

  const beatBell = createBell();
  function wake(): void {
    bell.ring();
    beatBell.ring();
  }

  function begin(lease: Lease): void {
    const training = trainLease(options, lease, beatBell.ring);
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
      if (lease !== 'stale') begin(lease);
    }
  }

  async function take(): Promise<void> {
    while (!stopping.signal.aborted) {
      await takeRuns().catch((error) => log('error', `the queue cannot be read: ${error.message}`));
      await bell.rung(pollMs);
    }
  }

  async function beat(): Promise<void> {
    while (!stopping.signal.aborted || active.size > 0) {
      const leases = [...active];
      if (leases.length > 0) {
        await heartbeat(ledger.database, id, leases).then(
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
      await beatBell.rung(leaseMs / 4);
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
