import type { Sql } from '../database/database.ts';
import { tell } from '../notify/tell.ts';
import { admitTick } from './admitTick.ts';
import { missedReason } from './catchUp.ts';
import type { DeclaredJob } from './declareJob.ts';
import type { Ledger } from './ledger.ts';
import { nextDue } from './nextDue.ts';
import { shownTime } from './shownTime.ts';

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

interface Decided {
  readonly dueAt: number;
  readonly state: 'skipped' | 'missed';
  readonly reason: string;
}

/**
 * Enters every time that has come due since the last look, once, whoever looks, and however many: the job's row is locked,
 * and says how far the ledger goes. A clock that is set back is not due again.
 */
export function fireDue(ledger: Ledger, { job }: DeclaredJob, { graceMs = 10_000 }: FireOptions = {}): Promise<Fired> {
  const { database, clock } = ledger;
  return database.transaction(async (sql) => {
    const [row] = await sql.query<{ until: number }>(
      `select scheduled_until as until from millrace.job where name = $1 for update`,
      [job.name],
    );
    const now = clock.now();
    const due = take(job.schedule.dueTimes(row.until, now), most + 1);
    const isAll = due.length <= most;
    const newest = due.at(-1)!;
    const until = isAll ? now : due[most - 1];
    const next = isAll ? nextDue(job, Math.max(row.until, now)) : due[most];
    if (due.length === 0) return { ticks: 0, nextDue: next };

    const isPaused = await pausesOf(sql, job.name);
    const grace = clock.speed === Infinity ? graceMs : graceMs * clock.speed;
    const decided: Decided[] = [];
    const admitted: number[] = [];
    for (const dueAt of due.slice(0, most)) {
      const pause = isPaused(dueAt);
      const missed = missedReason(dueAt, { ...job.catchUp, now, graceMs: grace, newest });
      if (pause) decided.push({ dueAt, state: 'skipped', reason: pause });
      else if (missed) decided.push({ dueAt, state: 'missed', reason: missed });
      else admitted.push(dueAt);
    }
    await enterDecided(sql, job.name, decided, now);
    for (const dueAt of admitted) {
      await admitTick(sql, ledger, { job: job.name, overlap: job.overlap, dueAt, origin: 'schedule', cause: null });
    }
    await tellMissed(sql, job.name, decided, now);
    await sql.query(`update millrace.job set scheduled_until = $2, next_due = $3 where name = $1`, [
      job.name,
      until,
      next,
    ]);
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
  const pauses = await sql.query<{ since: number; until: number | null; by: string; why: string }>(
    `select since, until, by, why from millrace.pause where job = $1`,
    [job],
  );
  return (time) => {
    const found = pauses.find(({ since, until }) => since <= time && (until === null || time < until));
    return found && `paused by ${found.by}${found.why ? `: ${found.why}` : ''}`;
  };
}

async function enterDecided(sql: Sql, job: string, decided: readonly Decided[], now: number): Promise<void> {
  if (decided.length === 0) return;
  await sql.query(
    `insert into millrace.tick (job, due_at, origin, state, reason, created_at, decided_at)
     select $1, due_at, 'schedule', state, reason, $2, $2
     from unnest($3::bigint[], $4::text[], $5::text[]) as each (due_at, state, reason)
     on conflict do nothing`,
    [
      job,
      now,
      decided.map(({ dueAt }) => dueAt),
      decided.map(({ state }) => state),
      decided.map(({ reason }) => reason),
    ],
  );
}

async function tellMissed(sql: Sql, job: string, decided: readonly Decided[], now: number): Promise<void> {
  const missed = decided.filter(({ state }) => state === 'missed');
  if (missed.length === 0) return;
  const [{ dueAt: first }] = missed;
  const last = missed.at(-1)!;
  const times = missed.length === 1 ? shownTime(first) : `${shownTime(first)} to ${shownTime(last.dueAt)}`;
  const text = `${missed.length} tick${missed.length === 1 ? '' : 's'} of ${job} missed, ${times}: ${last.reason}`;
  await tell(sql, { job, event: 'missed', at: now, text, details: { missed: missed.length } });
}
