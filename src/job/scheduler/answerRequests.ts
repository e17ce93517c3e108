import type { DeclaredJob } from '../declare/declaration.ts';
import type { Ledger, Sql } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { type Answer, lockRequest, type OperatorRequest, readOpenRequests, saveAnswer } from '../store/requestTable.ts';
import { readKnownTimes } from '../store/tickTable.ts';
import type { Job } from '../types.ts';
import { admitTick, admitTicks, type NewTick } from './admitTick.ts';

/** Ticks that one backfill may ask for. */
export const mostTicks = 10_000;

/** Does what was asked for of a job that is declared here. Any number of schedulers may look; one does it. */
export async function answerRequests(ledger: Ledger, declared: ReadonlyMap<string, DeclaredJob>): Promise<void> {
  const open = await readOpenRequests(ledger.database, [...declared.keys()]);
  for (const { id, job } of open) await answerRequest(ledger, declared.get(job)!, id);
}

function answerRequest(ledger: Ledger, { job }: DeclaredJob, id: number): Promise<void> {
  return ledger.database.transaction(async (sql) => {
    await lockJob(sql, job.name);
    const request = await lockRequest(sql, id);
    if (!request) return;
    const answer =
      request.kind === 'trigger' ? await trigger(sql, ledger, job, request) : await backfill(sql, ledger, job, request);
    await saveAnswer(sql, id, answer);
  });
}

async function trigger(sql: Sql, ledger: Ledger, { name, overlap }: Job, request: OperatorRequest): Promise<Answer> {
  const dueAt = ledger.clock.now();
  const tick: NewTick = { job: name, overlap, dueAt, origin: 'trigger', cause: causeOf(request) };
  return { kind: 'trigger', admitted: await admitTick(sql, ledger, tick) };
}

function causeOf({ by, why }: OperatorRequest): string {
  return `by ${by}${why ? `: ${why}` : ''}`;
}

async function backfill(sql: Sql, ledger: Ledger, job: Job, request: OperatorRequest): Promise<Answer> {
  const until = Math.min(request.until, ledger.clock.now());
  const times: number[] = [];
  for (const time of job.schedule.dueTimes(request.since - 1, until)) {
    times.push(time);
    if (times.length > mostTicks)
      return { kind: 'refused', reason: `more than ${mostTicks} times are due in that range` };
  }
  if (times.length === 0) return { kind: 'refused', reason: `nothing is due in that range (${job.schedule.text})` };
  const done = new Set(request.again ? [] : await readKnownTimes(sql, job.name, times));
  const missing = times.filter((time) => !done.has(time));
  const tick = { job: job.name, overlap: job.overlap, origin: 'backfill', cause: causeOf(request) } as const;
  await admitTicks(sql, ledger, { ...tick, dueTimes: missing });
  return { kind: 'backfill', runs: missing.length, known: times.length - missing.length };
}
