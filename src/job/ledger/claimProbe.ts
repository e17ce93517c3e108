import type { Sql } from '../database/database.ts';
import { type KeptVersion, readChampions } from '../registry/readChampions.ts';
import type { Job, ModelScores } from '../types.ts';
import type { Ledger } from './ledger.ts';

/** A look at the rows of a job between its ticks: are there enough new ones, or have they moved? */
export interface Probe {
  readonly kind: 'newData' | 'drift';
  readonly everyMs: number;
}

/** What a probe begins with. */
export interface ProbeClaim {
  readonly watermark: number | null;
  readonly champions: readonly KeptVersion[];
  /** What the champion scored when it was promoted. */
  readonly promoted: ModelScores | null;
}

/** The probes that a job declares. */
export function probesOf({ schedule, drift }: Job): readonly Probe[] {
  return [
    ...(schedule.newData ? [{ kind: 'newData', everyMs: schedule.newData.everyMs } as const] : []),
    ...(drift ? [{ kind: 'drift', everyMs: drift.everyMs } as const] : []),
  ];
}

/**
 * Takes a probe that is due, so that no other scheduler does. One that dies over it leaves it to the next time. While a run of the job is
 * not over there is nothing to ask for; nor while the job is paused, and for drift without a champion.
 *
 * @returns when the next is due, and what to begin with where it was taken
 */
export function claimProbe(
  { database, clock }: Ledger,
  job: string,
  { kind, everyMs }: Probe,
): Promise<{ readonly nextAt: number; readonly claim: ProbeClaim | undefined }> {
  return database.transaction(async (sql) => {
    const now = clock.now();
    const [{ watermark }] = await sql.query<{ watermark: number | null }>(
      `select watermark from millrace.job where name = $1 for update`,
      [job],
    );
    // A clock that was set back does not put it off for longer than usual.
    const [{ dueAt }] = await sql.query<{ dueAt: number }>(
      `insert into millrace.probe as old (job, kind, next_at) values ($1, $2, $3)
       on conflict (job, kind) do update set next_at = least(old.next_at, $4) returning next_at as "dueAt"`,
      [job, kind, kind === 'newData' ? now : now + everyMs, now + everyMs],
    );
    if (dueAt > now) return { nextAt: dueAt, claim: undefined };
    const nextAt = now + everyMs;
    await sql.query(`update millrace.probe set next_at = $3 where job = $1 and kind = $2`, [job, kind, nextAt]);
    if (await isHeldUp(sql, job)) return { nextAt, claim: undefined };
    const champions = await readChampions(sql, job);
    if (kind === 'drift' && champions.length === 0) return { nextAt, claim: undefined };
    const [champion] = await sql.query<{ promoted: ModelScores }>(
      `select scores->'candidate' as promoted from millrace.version where job = $1 and number = $2`,
      [job, champions[0]?.version ?? null],
    );
    return { nextAt, claim: { watermark, champions, promoted: champion?.promoted ?? null } };
  });
}

async function isHeldUp(sql: Sql, job: string): Promise<boolean> {
  const [{ is }] = await sql.query<{ is: boolean }>(
    `select exists (select from millrace.run where job = $1 and state in ('buffered', 'queued', 'running'))
       or exists (select from millrace.pause where job = $1 and until is null) as is`,
    [job],
  );
  return is;
}
