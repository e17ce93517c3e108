import type { DriftReport } from '../types.ts';
import type { Sql } from './database.ts';

export type ProbeKind = 'newData' | 'drift';

/** What a probe has come to. */
export type Found =
  | { readonly kind: 'count'; readonly newRows: number }
  | { readonly kind: 'drift'; readonly report: DriftReport }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Enters a probe that is due at `first`, unless it is there: then it is due at `latest`, at the latest.
 *
 * @returns when it is due
 */
export async function scheduleProbe(
  sql: Sql,
  job: string,
  kind: ProbeKind,
  { first, latest }: { readonly first: number; readonly latest: number },
): Promise<number> {
  const [{ dueAt }] = await sql.query<{ dueAt: number }>(
    `insert into millrace.probe as old (job, kind, next_at) values ($1, $2, $3)
     on conflict (job, kind) do update set next_at = least(old.next_at, $4) returning next_at as "dueAt"`,
    [job, kind, first, latest],
  );
  return dueAt;
}

export async function saveNextProbe(sql: Sql, job: string, kind: ProbeKind, nextAt: number): Promise<void> {
  await sql.query(`update millrace.probe set next_at = $3 where job = $1 and kind = $2`, [job, kind, nextAt]);
}

/** What a probe found last, and why it could not be made; null for nothing. */
export interface LastProbe {
  readonly found: Found | null;
  readonly error: string | null;
}

export async function readProbe(sql: Sql, job: string, kind: ProbeKind): Promise<LastProbe> {
  const [probe] = await sql.query<LastProbe>(`select found, error from millrace.probe where job = $1 and kind = $2`, [
    job,
    kind,
  ]);
  return probe;
}

export async function saveFound(sql: Sql, job: string, kind: ProbeKind, found: Found): Promise<void> {
  await sql.query(`update millrace.probe set found = $3, error = null where job = $1 and kind = $2`, [
    job,
    kind,
    JSON.stringify(found),
  ]);
}

/** What was found last stays. */
export async function saveProbeError(sql: Sql, job: string, kind: ProbeKind, message: string): Promise<void> {
  await sql.query(`update millrace.probe set error = $3 where job = $1 and kind = $2`, [job, kind, message]);
}

/** Deletes the probes of a job that are of none of these kinds. */
export async function deleteOtherProbes(sql: Sql, job: string, kinds: readonly ProbeKind[]): Promise<void> {
  await sql.query(`delete from millrace.probe where job = $1 and kind <> all ($2::text[])`, [job, kinds]);
}
