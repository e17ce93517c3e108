import type { Sql } from '../database/database.ts';
import { tell } from '../notify/tell.ts';
import { readChampions } from './readChampions.ts';
import { type AliasChange, setAlias } from './setAlias.ts';

/**
 * Makes a version the champion. `previous` then points to the one that a rollback goes back to, so that it is kept; a challenger that has
 * won is one no more. The job's row is locked.
 */
export async function setChampion(
  sql: Sql,
  change: Omit<AliasChange, 'name' | 'version'> & { readonly version: number },
): Promise<void> {
  const { job, kind, version, by, why, at } = change;
  const [, previous] = await readChampions(sql, job, { kind, version });
  const old = await setAlias(sql, { ...change, name: 'champion' });
  const before = previous?.version ?? null;
  await setAlias(sql, { job, name: 'previous', kind: before === null ? 'remove' : kind, version: before, by, why, at });
  await sql.query(`delete from millrace.alias where job = $1 and name = 'challenger' and version = $2`, [job, version]);
  const text = `champion of ${job}: version ${version}${old === null ? '' : ` instead of ${old}`}, by ${by}: ${why}`;
  await tell(sql, { job, event: kind, at, text, details: { version, from: old, by, why } });
}
