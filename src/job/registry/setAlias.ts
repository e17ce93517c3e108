import type { Sql } from '../database/database.ts';

/** An alias gets another version, or goes. Who, when and why are recorded. The job's row is locked. */
export interface AliasChange {
  readonly job: string;
  readonly name: string;
  readonly kind: 'promote' | 'rollback' | 'remove';
  readonly version: number | null;
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

/** @returns the version that it had */
export async function setAlias(sql: Sql, change: AliasChange): Promise<number | null> {
  const { job, name, kind, version, by, why, at } = change;
  const [old] = await sql.query<{ version: number }>(
    `select version from millrace.alias where job = $1 and name = $2`,
    [job, name],
  );
  const from = old?.version ?? null;
  if (from === version) return from;
  if (version === null) await sql.query(`delete from millrace.alias where job = $1 and name = $2`, [job, name]);
  else {
    await sql.query(
      `insert into millrace.alias (job, name, version) values ($1, $2, $3)
       on conflict (job, name) do update set version = excluded.version`,
      [job, name, version],
    );
  }
  await sql.query(
    `insert into millrace.alias_change (job, name, kind, from_version, to_version, by, why, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [job, name, kind, from, version, by, why, at],
  );
  return from;
}
