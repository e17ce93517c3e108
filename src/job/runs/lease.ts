import type { Ledger, Sql } from '../store/database.ts';
import { type LeasedRun, leaseNextRun } from '../store/leases.ts';
import { readDecidedBefore } from '../store/runTable.ts';
import { type KeptVersion, readChampions } from '../store/versionTable.ts';

/** A run that a worker has, until it ends it or somebody takes it away. A later lease of the run, with a higher fence, ends this one. */
export interface Lease extends LeasedRun {
  readonly worker: string;
  /** The champion and those before it, newest first. */
  readonly champions: readonly KeptVersion[];
}

/**
 * Takes the run that has waited longest from the queue and leases it. Workers that ask at the same moment get one each, without waiting
 * for each other.
 *
 * @returns undefined where none waits that nobody else is taking
 */
export function leaseRun({ database, clock }: Ledger, worker: string): Promise<Lease | undefined> {
  return database.transaction(async (sql) => {
    const leased = await leaseNextRun(sql, worker, clock.now());
    if (!leased) return undefined;
    const watermark = await watermarkOf(sql, leased);
    return { ...leased, worker, watermark, champions: await readChampions(sql, leased.job) };
  });
}

/** For a time in the past that is backfilled: how far the rows had been decided on when it was due, as far as the ledger knows. */
async function watermarkOf(sql: Sql, { job, dueAt, origin, watermark, declaration }: LeasedRun): Promise<number | null> {
  const isBehind = origin === 'backfill' && watermark !== null && dueAt <= watermark;
  if (!isBehind) return watermark;
  return readDecidedBefore(sql, job, { dueAt, isRejectedSeen: declaration.data.onReject === 'advance' });
}
