import { createHash } from 'node:crypto';
import type { Job, Notifier } from '../types.ts';

/** A job, and the file that declares it, as training processes find it. */
export interface DeclaredJob {
  readonly job: Job;
  readonly file: string;
}

/** What the ledger knows of a job: its declaration, less what only its file can say. */
export interface Declaration
  extends Pick<Job, 'name' | 'overlap' | 'catchUp' | 'data' | 'start' | 'retries' | 'timeoutMs' | 'keep' | 'drift'> {
  readonly pipeline: string;
  readonly schedule: string;
  readonly checks: readonly string[];
  readonly notify: readonly NotifyTarget[];
}

/** Where notifications are sent, without the URL: that may be a secret. */
export interface NotifyTarget {
  readonly target: string;
  readonly host: string;
}

export function declarationOf(job: Job): Declaration {
  const { name, overlap, catchUp, data, start, retries, timeoutMs, keep, drift } = job;
  return {
    name,
    pipeline: job.pipeline.name,
    schedule: job.schedule.text,
    overlap,
    catchUp,
    data,
    start,
    checks: job.checks.map((check) => check.name),
    retries,
    timeoutMs,
    keep,
    drift,
    notify: job.notify.map(notifyTarget),
  };
}

export function notifyTarget({ url }: Notifier): NotifyTarget {
  return { target: createHash('sha256').update(url).digest('hex').slice(0, 16), host: new URL(url).host };
}
