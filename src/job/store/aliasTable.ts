import type { Sql } from './database.ts';

/** The version that an alias points to; null where there is no such alias. */
export async function readAlias(sql: Sql, job: string, name: string): Promise<number | null> {
  const [alias] = await sql.query<{ version: number }>(
    `select version from millrace.alias where job = $1 and name = $2`,
    [job, name],
  );
  return alias?.version ?? null;
}

/** An alias and the checkpoint that it points to. */
export interface PointedAlias {
  readonly job: string;
  readonly name: string;
  readonly version: number;
  /** Of requests that it answers beside the champion; null where none is said. */
  readonly share: number | null;
  /** From the home folder on. */
  readonly checkpoint: string;
}

export function readAliases(sql: Sql, jobs: readonly string[]): Promise<readonly PointedAlias[]> {
  return sql.query<PointedAlias>(
    `select job, name, version, share, (select checkpoint from millrace.version v where v.job = a.job and v.number = a.version) as checkpoint
     from millrace.alias a where job = any ($1)`,
    [jobs],
  );
}

/** One transaction at a time writes the pointers of a job to its aliases; others wait for its end. */
export async function lockPointers(sql: Sql, job: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('millrace.pointers'), hashtext($1))`, [job]);
}

/** An alias gets another version, or goes. Who, when and why are recorded. The job's row is locked. */
export interface AliasChange {
  readonly job: string;
  readonly name: string;
  readonly kind: 'promote' | 'rollback' | 'remove';
  readonly version: number | null;
  /**
   * Of requests that the version answers beside the champion.
   * @default none is said: that of a version before is no other's
   */
  readonly share?: number | null;
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

/** @returns the version that it had */
export async function setAlias(sql: Sql, change: AliasChange): Promise<number | null> {
  const { job, name, kind, version, share = null, by, why, at } = change;
  const [old] = await sql.query<{ version: number; share: number | null }>(
    `select version, share from millrace.alias where job = $1 and name = $2`,
    [job, name],
  );
  const from = old?.version ?? null;
  if (from === version && (old?.share ?? null) === share) return from;
  if (version === null) await sql.query(`delete from millrace.alias where job = $1 and name = $2`, [job, name]);
  else {
    await sql.query(
      `insert into millrace.alias (job, name, version, share) values ($1, $2, $3, $4)
       on conflict (job, name) do update set version = excluded.version, share = excluded.share`,
      [job, name, version, share],
    );
  }
  await insertAliasChange(sql, { job, name, kind, from, to: version, share, by, why, at });
  return from;
}

/** Notes that somebody could not use the version that an alias points to. @returns its number; null where there is no such alias */
export async function refuseAlias(sql: Sql, refused: Omit<AliasChange, 'kind' | 'version'>): Promise<number | null> {
  const { job, name, by, why, at } = refused;
  const version = await readAlias(sql, job, name);
  await insertAliasChange(sql, { job, name, kind: 'refuse', from: version, to: version, share: null, by, why, at });
  return version;
}

async function insertAliasChange(sql: Sql, change: AliasChangeView): Promise<void> {
  const { job, name, kind, from, to, share, by, why, at } = change;
  await sql.query(
    `insert into millrace.alias_change (job, name, kind, from_version, to_version, share, by, why, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [job, name, kind, from, to, share, by, why, at],
  );
}

/** Takes the alias of the last rejected version away, unrecorded: it has lost to a champion, or is one. The job's row is locked. */
export async function deleteChallenger(sql: Sql, job: string, version?: number): Promise<void> {
  await sql.query(
    `delete from millrace.alias where job = $1 and name = 'challenger' and ($2::integer is null or version = $2)`,
    [job, version ?? null],
  );
}

export interface AliasChangeView {
  readonly job: string;
  readonly name: string;
  /** `promote`, `rollback`, `remove`; or `refuse`: a server of models could not put it into service. */
  readonly kind: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly share: number | null;
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

/** The last thousand changes, newest first; of all jobs where none is named. */
export function readAliasChanges(sql: Sql, job: string | null): Promise<readonly AliasChangeView[]> {
  return sql.query<AliasChangeView>(
    `select job, name, kind, from_version as "from", to_version as "to", share, by, why, at
     from millrace.alias_change where $1::text is null or job = $1 order by id desc limit 1000`,
    [job],
  );
}
