import type { Sql } from '../database/database.ts';
import type { Job } from '../types.ts';
import { type Admitted, admitTick, type NewTick } from './admitTick.ts';
import type { DeclaredJob } from './declareJob.ts';
import type { Ledger } from './ledger.ts';

/** Ticks that one backfill may ask for. */
export const mostTicks = 10_000;

/** What became of what somebody asked for. */
export type Answer =
  | { readonly kind: 'trigger'; readonly admitted: Admitted }
  /** `known` times were left out: they have run, or are about to. */
  | { readonly kind: 'backfill'; readonly runs: number; readonly known: number }
  | { readonly kind: 'refused'; readonly reason: string };

interface Ask {
  readonly id: number;
  readonly kind: 'trigger' | 'backfill';
  readonly since: number;
  readonly until: number;
  readonly again: boolean;
  readonly by: string;
  readonly why: string;
}

/** Does what was asked for of a job that is declared here. Any number of schedulers may look; one does it. */
export async function answerAsks(ledger: Ledger, declared: ReadonlyMap<string, DeclaredJob>): Promise<void> {
  const open = await ledger.database.query<{ id: number; job: string }>(
    `select id, job from millrace.ask where answer is null order by id`,
  );
  for (const { id, job } of open) {
    const known = declared.get(job);
    if (known) await answerAsk(ledger, known, id);
  }
}

function answerAsk(ledger: Ledger, { job }: DeclaredJob, id: number): Promise<void> {
  return ledger.database.transaction(async (sql) => {
    await sql.query(`select from millrace.job where name = $1 for update`, [job.name]);
    const [ask] = await sql.query<Ask>(
      `select id, kind, since, until, again, by, why from millrace.ask where id = $1 and answer is null for update`,
      [id],
    );
    if (!ask) return;
    const answer =
      ask.kind === 'trigger' ? await trigger(sql, ledger, job, ask) : await backfill(sql, ledger, job, ask);
    await sql.query(`update millrace.ask set answer = $2 where id = $1`, [id, JSON.stringify(answer)]);
  });
}

async function trigger(sql: Sql, ledger: Ledger, { name, overlap }: Job, ask: Ask): Promise<Answer> {
  const dueAt = ledger.clock.now();
  const tick: NewTick = { job: name, overlap, dueAt, origin: 'trigger', cause: causeOf(ask) };
  return { kind: 'trigger', admitted: await admitTick(sql, ledger, tick) };
}

function causeOf({ by, why }: Ask): string {
  return `by ${by}${why ? `: ${why}` : ''}`;
}

async function backfill(sql: Sql, ledger: Ledger, job: Job, ask: Ask): Promise<Answer> {
  const until = Math.min(ask.until, ledger.clock.now());
  const times: number[] = [];
  for (const time of job.schedule.dueTimes(ask.since - 1, until)) {
    times.push(time);
    if (times.length > mostTicks)
      return { kind: 'refused', reason: `more than ${mostTicks} times are due in that range` };
  }
  if (times.length === 0) return { kind: 'refused', reason: `nothing is due in that range (${job.schedule.text})` };
  const known = await sql.query<{ dueAt: number }>(
    `select distinct due_at as "dueAt" from millrace.tick where job = $1 and due_at = any ($2::bigint[])
     and state in ('ran', 'waiting')`,
    [job.name, times],
  );
  const done = ask.again ? new Set<number>() : new Set(known.map(({ dueAt }) => dueAt));
  const missing = times.filter((time) => !done.has(time));
  const tick = { job: job.name, overlap: job.overlap, origin: 'backfill', cause: causeOf(ask) } as const;
  for (const dueAt of missing) await admitTick(sql, ledger, { ...tick, dueAt });
  return { kind: 'backfill', runs: missing.length, known: times.length - missing.length };
}
