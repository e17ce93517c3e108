import type { Sql } from '../database/database.ts';
import type { Declaration } from '../ledger/declaration.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type KeptVersion, readChampions } from '../registry/readChampions.ts';
import type { TickOrigin } from '../types.ts';

/** A run that a worker has, until it ends it or somebody takes it away. */
export interface Lease {
  readonly worker: string;
  readonly run: number;
  /** The number of the lease: a later one ends this. */
  readonly fence: number;
  readonly job: string;
  readonly jobFile: string;
  readonly declaration: Declaration;
  readonly dueAt: number;
  readonly origin: TickOrigin;
  readonly watermark: number | null;
  /** The champion and those before it, newest first. */
  readonly champions: readonly KeptVersion[];
}

interface LeasedRun extends Pick<Lease, 'run' | 'fence' | 'job' | 'jobFile' | 'declaration' | 'dueAt' | 'origin'> {
  readonly watermark: number | null;
}

/**
 * Takes the oldest run from the queue and leases it, both or neither.
 *
 * @returns undefined where there is none; `stale` where what the queue had is not to be done any more
 */
export function leaseRun({ database, queue, clock }: Ledger, worker: string): Promise<Lease | 'stale' | undefined> {
  return database.transaction(async (sql) => {
    const id = await queue.take(sql);
    if (id === undefined) return undefined;
    const [leased] = await sql.query<LeasedRun>(
      `update millrace.run r set state = 'running', worker = $2, fence = r.fence + 1, beat = 0, heartbeat_at = now(),
         started_at = coalesce(r.started_at, $3), step_at_lease = coalesce((r.progress->>'step')::bigint, 0)
       from millrace.job j, millrace.tick t
       where r.id = $1 and r.state = 'queued' and r.backoff_ms is null and j.name = r.job and t.id = r.tick_id
       returning r.id as run, r.fence, r.job, j.file as "jobFile", j.declaration, r.due_at as "dueAt", t.origin, j.watermark`,
      [id, worker, clock.now()],
    );
    if (!leased) return 'stale';
    const { job, dueAt, origin } = leased;
    const isBehind = origin === 'backfill' && leased.watermark !== null && dueAt <= leased.watermark;
    return {
      ...leased,
      worker,
      watermark: isBehind ? await watermarkBefore(sql, leased) : leased.watermark,
      champions: await readChampions(sql, job),
    };
  });
}

/** How far the rows had been decided on when a time in the past was due, as far as the ledger knows. */
async function watermarkBefore(sql: Sql, { job, dueAt, declaration }: LeasedRun): Promise<number | null> {
  const states = declaration.data.onReject === 'advance' ? ['succeeded', 'rejected'] : ['succeeded'];
  const [{ watermark }] = await sql.query<{ watermark: number | null }>(
    `select max(due_at) as watermark from millrace.run where job = $1 and due_at < $2 and state = any ($3)`,
    [job, dueAt, states],
  );
  return watermark;
}
