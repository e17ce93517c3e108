import type { Sql } from '../database/database.ts';
import { notify } from '../database/notify.ts';
import type { Overlap, TickOrigin } from '../types.ts';
import { admit, type OpenRun, overlapFor } from './admit.ts';
import { cancelRun } from './cancelRun.ts';
import type { Ledger } from './ledger.ts';
import { shownTime } from './shownTime.ts';

export interface NewTick {
  readonly job: string;
  readonly overlap: Overlap;
  readonly dueAt: number;
  readonly origin: TickOrigin;
  /** Who or what asked for it; null for one of the schedule. */
  readonly cause: string | null;
}

/** What became of a tick: the run that it asked for, or why there is none. */
export type Admitted =
  | { readonly kind: 'run'; readonly id: number; readonly state: 'queued' | 'buffered' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Somebody else has entered it. */
  | { readonly kind: 'known' };

/**
 * Enters a tick that shall run, as the overlap policy has it. The job's row is locked: ticks and ends of runs come one after the other.
 */
export async function admitTick(sql: Sql, ledger: Ledger, tick: NewTick): Promise<Admitted> {
  const { job, dueAt, origin, cause } = tick;
  const overlap = overlapFor(tick.overlap, origin);
  const isAnyEnough = overlap === 'skip' || overlap === 'bufferAll';
  const open = await sql.query<OpenRun>(
    `select id, state from millrace.run
     where job = $1 and state in ('buffered', 'queued', 'running') order by id limit $2`,
    [job, isAnyEnough ? 1 : null],
  );
  const { to, cancel } = admit(overlap, open);
  const now = ledger.clock.now();
  const reason = to === 'skip' ? `run ${open[0].id} is not over` : null;
  const state = to === 'queue' ? 'queued' : 'buffered';
  const [entered] = await sql.query<{ tick: number; run: number | null }>(
    `with tick as (
       insert into millrace.tick (job, due_at, origin, cause, state, reason, created_at, decided_at)
       values ($1, $2, $3, $9, $4, $5, $6, $7) on conflict do nothing returning id
     ), run as (
       insert into millrace.run (job, tick_id, due_at, state, created_at)
       select $1, id, $2, $8, $6 from tick where $5::text is null returning id
     )
     select tick.id as tick, (select id from run) as run from tick`,
    [
      job,
      dueAt,
      origin,
      reason === null ? 'waiting' : 'skipped',
      reason,
      now,
      reason === null ? null : now,
      state,
      cause,
    ],
  );
  if (!entered) return { kind: 'known' };
  if (reason !== null || entered.run === null) return { kind: 'skipped', reason: `${reason}` };
  for (const { id } of cancel) {
    await cancelRun(sql, ledger, id, `the tick of ${shownTime(dueAt)} takes its place`);
  }
  if (state === 'queued') await ledger.queue.send(sql, entered.run);
  else if (cancel.length > 0) await notify(sql, 'work');
  return { kind: 'run', id: entered.run, state };
}
