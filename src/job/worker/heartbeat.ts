import type { Json } from '../../types.ts';
import type { Database } from '../database/database.ts';
import type { Lease } from './lease.ts';

/** A lease that is still the last, and why its run shall stop. */
export interface Beaten {
  readonly run: number;
  readonly fence: number;
  readonly cancelReason: string | null;
}

/** Says that a worker lives, and how far its runs are. @returns those that are still its own */
export function heartbeat(
  database: Database,
  worker: string,
  leases: readonly { readonly lease: Lease; readonly progress: Json }[],
): Promise<readonly Beaten[]> {
  return database.query<Beaten>(
    `update millrace.run r set beat = r.beat + 1, heartbeat_at = now(), progress = coalesce(own.progress::jsonb, r.progress)
     from unnest($2::bigint[], $3::integer[], $4::text[]) as own (id, fence, progress)
     where r.id = own.id and r.fence = own.fence and r.worker = $1 and r.state = 'running'
     returning r.id as run, r.fence, r.cancel_reason as "cancelReason"`,
    [
      worker,
      leases.map(({ lease }) => lease.run),
      leases.map(({ lease }) => lease.fence),
      leases.map(({ progress }) => (progress === null ? null : JSON.stringify(progress))),
    ],
  );
}
