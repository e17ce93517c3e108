import { shownSpan, shownTime } from '../../format/times.ts';
import type { DeclaredJob } from '../declare/declaration.ts';
import { nextDue } from '../declare/nextDue.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { lockJob, saveScheduled } from '../store/jobTable.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { readPauses } from '../store/pauseTable.ts';
import { type DecidedTick, insertDecidedTicks } from '../store/tickTable.ts';
import type { CatchUp } from '../types.ts';
import { admitTicks } from './admitTick.ts';

export interface FireOptions {
  /**
   * A tick that is seen at most so late is on time, in milliseconds of real time; later it is caught up, or missed.
   * @default 10_000
   */
  readonly graceMs?: number;
}

/** What was found due. */
export interface Fired {
  /** Rows that were entered. */
  readonly ticks: number;
  /** When to look again; null where nothing will ever be due. At once where there was more than one transaction takes. */
  readonly nextDue: number | null;
}

/** Due times that one transaction enters. */
const most = 1000;

/**
 * Enters every time that has come due since the last look, once, whoever looks, and however many: the job's row is locked,
 * and says how far the ledger goes. A clock that is set back is not due again.
 */
export function fireDue(ledger: Ledger, { job }: DeclaredJob, { graceMs = 10_000 }: FireOptions = {}): Promise<Fired> {
  const { database, clock } = ledger;
  return database.transaction(async (sql) => {
    const { scheduledUntil } = await lockJob(sql, job.name);
    const now = clock.now();
    const due = take(job.schedule.dueTimes(scheduledUntil, now), most + 1);
    const isAll = due.length <= most;
    const newest = due.at(-1)!;
    const until = isAll ? now : due[most - 1];
    const next = isAll ? nextDue(job, Math.max(scheduledUntil, now)) : due[most];
    if (due.length === 0) return { ticks: 0, nextDue: next };

    const isPaused = await pausesOf(sql, job.name);
    const grace = clock.speed === Infinity ? graceMs : graceMs * clock.speed;
    const decided: DecidedTick[] = [];
    const admitted: number[] = [];
    for (const dueAt of due.slice(0, most)) {
      const pause = isPaused(dueAt);
      const missed = missedReason(dueAt, { ...job.catchUp, now, graceMs: grace, newest });
      if (pause) decided.push({ dueAt, state: 'skipped', reason: pause });
      else if (missed) decided.push({ dueAt, state: 'missed', reason: missed });
      else admitted.push(dueAt);
    }
    await insertDecidedTicks(sql, job.name, decided, now);
    const tick = { job: job.name, overlap: job.overlap, origin: 'schedule', cause: null } as const;
    await admitTicks(sql, ledger, { ...tick, dueTimes: admitted });
    await notifyMissed(sql, job.name, decided, now);
    await saveScheduled(sql, job.name, { until, nextDue: next });
    return { ticks: decided.length + admitted.length, nextDue: next };
  });
}

function take(times: Iterable<number>, count: number): number[] {
  const taken: number[] = [];
  for (const time of times) {
    taken.push(time);
    if (taken.length === count) break;
  }
  return taken;
}

/** Says why a job was paused at a time; undefined where it was not. */
async function pausesOf(sql: Sql, job: string): Promise<(time: number) => string | undefined> {
  const pauses = await readPauses(sql, job);
  return (time) => {
    const found = pauses.find(({ since, until }) => since <= time && (until === null || time < until));
    return found && `paused by ${found.by}${found.why ? `: ${found.why}` : ''}`;
  };
}

async function notifyMissed(sql: Sql, job: string, decided: readonly DecidedTick[], now: number): Promise<void> {
  const missed = decided.filter(({ state }) => state === 'missed');
  if (missed.length === 0) return;
  const [{ dueAt: first }] = missed;
  const last = missed.at(-1)!;
  const times = missed.length === 1 ? shownTime(first) : `${shownTime(first)} to ${shownTime(last.dueAt)}`;
  const text = `${missed.length} tick${missed.length === 1 ? '' : 's'} of ${job} missed, ${times}: ${last.reason}`;
  await queueNotification(sql, { job, event: 'missed', at: now, text, details: { missed: missed.length } });
}

interface Overdue extends CatchUp {
  readonly now: number;
  /** A tick that is seen at most so late is on time. */
  readonly graceMs: number;
  /** The newest time that is due, be it among these or later. */
  readonly newest: number;
}

/**
 * Why a due time is missed; undefined where it shall run.
 *
 * One that is on time always runs. Of the late ones in the window `all` run, or the `latest` where nothing newer is due, or `none`.
 */
function missedReason(dueAt: number, { now, graceMs, newest, windowMs, run }: Overdue): string | undefined {
  const late = now - dueAt;
  if (late <= graceMs) return undefined;
  const seen = `nobody was there, seen ${shownSpan(late)} late`;
  if (late > windowMs) return `${seen}; the window for catching up is ${shownSpan(windowMs)}`;
  if (run === 'none') return `${seen}; nothing is caught up`;
  if (run === 'latest' && dueAt < newest) return `${seen}; the tick of ${shownTime(newest)} catches up`;
  return undefined;
}
