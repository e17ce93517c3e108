import { saveFailure } from '../store/queue.ts';
import type { Ledger } from '../store/database.ts';
import { endRun } from './endRun.ts';
import { shownSpan } from '../../format/times.ts';
import type { Job } from '../types.ts';
import type { Lease } from './lease.ts';
import { type Outcome, withLease } from './withLease.ts';

/** The longest wait between two attempts. */
const longestMs = 3_600_000;

/** A run has failed: it is tried again after a while, from its last checkpoint, unless that is useless or was done often enough. */
export function failRun(ledger: Ledger, lease: Lease, message: string, isFinal: boolean): Promise<Outcome> {
  const { retries } = lease.declaration;
  return withLease(ledger, lease, async (sql, locked) => {
    const attempt = locked.attempt + 1;
    const isOver = isFinal || attempt > retries.limit;
    const waitMs = backoffMs(retries, attempt);
    await saveFailure(sql, lease.run, { attempt, error: message, waitMs: isOver ? null : waitMs });
    if (!isOver) return `failed, and is tried again in ${shownSpan(waitMs)}: ${message}`;
    const times = attempt === 1 ? '' : ` (${attempt} times)`;
    await endRun(sql, ledger, { id: lease.run, job: lease.job }, { state: 'failed', reason: `${message}${times}` });
    return `failed: ${message}${times}`;
  });
}

/**
 * @param attempt failures so far, from 1
 * @example backoffMs({ backoff: 'exponential', firstMs: 1000 }, 3) //=> 4000
 */
export function backoffMs({ backoff, firstMs }: Pick<Job['retries'], 'backoff' | 'firstMs'>, attempt: number): number {
  const factor = backoff === 'exponential' ? 2 ** Math.min(attempt - 1, 30) : 1;
  return Math.min(firstMs * factor, Math.max(longestMs, firstMs));
}
