import { endRun } from '../ledger/endRun.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { shownSpan } from '../ledger/shownSpan.ts';
import type { Job } from '../types.ts';
import { holdLease, type Told } from './holdLease.ts';
import type { Lease } from './lease.ts';

/** The longest wait between two attempts. */
const longestMs = 3_600_000;

/** A run has failed: it is tried again after a while, from its last checkpoint, unless that is useless or was done often enough. */
export function failRun(ledger: Ledger, lease: Lease, message: string, isFinal: boolean): Promise<Told> {
  const { retries } = lease.declaration;
  return holdLease(ledger, lease, async (sql, held) => {
    const attempt = held.attempt + 1;
    const isOver = isFinal || attempt > retries.limit;
    const waitMs = backoffMs(retries, attempt);
    await sql.query(
      `update millrace.run set attempt = $2, error = $3, worker = null, state = 'queued', backoff_ms = $4 where id = $1`,
      [lease.run, attempt, message, isOver ? null : waitMs],
    );
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
