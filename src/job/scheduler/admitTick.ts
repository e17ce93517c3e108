import { shownTime } from '../../format/times.ts';
import { cancelRun } from '../runs/cancelRun.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { sendNotice } from '../store/notices.ts';
import { readOpenRuns } from '../store/runTable.ts';
import { insertTicks } from '../store/tickTable.ts';
import type { Admitted, Overlap, TickOrigin } from '../types.ts';
import { admit, overlapFor } from './admit.ts';

export interface NewTick {
  readonly job: string;
  readonly overlap: Overlap;
  readonly dueAt: number;
  readonly origin: TickOrigin;
  /** Who or what asked for it; null for one of the schedule. */
  readonly cause: string | null;
}

/**
 * Enters a tick that shall run, as the overlap policy has it. The job's row is locked: ticks and ends of runs come one after the other.
 */
export async function admitTick(sql: Sql, ledger: Ledger, { dueAt, ...tick }: NewTick): Promise<Admitted> {
  const overlap = overlapFor(tick.overlap, tick.origin);
  const open = await readOpenRuns(sql, tick.job, overlap);
  const { to, cancel } = admit(overlap, open);
  const reason = to === 'skip' ? notOver(open[0].id) : null;
  const state = to === 'queue' ? 'queued' : 'buffered';
  const { ticks, run } = await enter(sql, ledger, { ...tick, dueTimes: [dueAt], reason, state });
  if (ticks === 0) return { kind: 'known' };
  if (reason !== null || run === null) return { kind: 'skipped', reason: `${reason}` };
  for (const { id } of cancel) {
    await cancelRun(sql, ledger, id, `the tick of ${shownTime(dueAt)} takes its place`);
  }
  return { kind: 'run', id: run, state };
}

export interface NewTicks extends Omit<NewTick, 'dueAt'> {
  /** Ascending. */
  readonly dueTimes: readonly number[];
}

/** The same for many ticks of a job, one after the other. */
export async function admitTicks(sql: Sql, ledger: Ledger, { dueTimes, ...tick }: NewTicks): Promise<void> {
  const overlap = overlapFor(tick.overlap, tick.origin);
  // Where each takes the place of the one before, what becomes of them differs.
  const areAlike = overlap !== 'bufferOne' && overlap !== 'cancelOther';
  for (const [i, dueAt] of dueTimes.entries()) {
    const admitted = await admitTick(sql, ledger, { ...tick, dueAt });
    if (!areAlike || admitted.kind === 'known') continue;
    // After one of them a run is open, so that the others all fare alike.
    const reason = overlap !== 'skip' ? null : admitted.kind === 'run' ? notOver(admitted.id) : admitted.reason;
    const state = overlap === 'allowAll' ? 'queued' : 'buffered';
    await enter(sql, ledger, { ...tick, dueTimes: dueTimes.slice(i + 1), reason, state });
    return;
  }
}

function notOver(run: number): string {
  return `run ${run} is not over`;
}

interface Entered extends Omit<NewTicks, 'overlap'> {
  /** Why the ticks are skipped; null where each of them asks for a run. */
  readonly reason: string | null;
  readonly state: 'queued' | 'buffered';
}

/** @returns how many ticks were entered that nobody had entered before, and the first run */
async function enter(
  sql: Sql,
  { clock }: Ledger,
  ticks: Entered,
): Promise<{ readonly ticks: number; readonly run: number | null }> {
  if (ticks.dueTimes.length === 0) return { ticks: 0, run: null };
  const entered = await insertTicks(sql, { ...ticks, now: clock.now() });
  if (entered.run !== null && ticks.state === 'queued') await sendNotice(sql, 'work');
  return entered;
}
