import { type AliasChange, deleteChallenger, setAlias } from '../store/aliasTable.ts';
import type { Sql } from '../store/database.ts';
import { saveChampions } from '../store/jobTable.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { readChampions } from '../store/versionTable.ts';

/**
 * Makes a version the champion. `previous` then points to the one that a rollback goes back to, so that it is kept; a challenger that has
 * won is one no more. The job's row is locked.
 */
export async function setChampion(
  sql: Sql,
  change: Omit<AliasChange, 'name' | 'version'> & { readonly version: number },
): Promise<void> {
  const { job, kind, version, by, why, at } = change;
  // Those that are not kept any more leave the stack for good, so that it does not grow.
  const kept = (await readChampions(sql, job)).map((champion) => champion.version);
  const stack = stackAfter(kept, { kind, version });
  await saveChampions(sql, job, stack);
  const old = await setAlias(sql, { ...change, name: 'champion' });
  const before = stack[1] ?? null;
  await setAlias(sql, { job, name: 'previous', kind: before === null ? 'remove' : kind, version: before, by, why, at });
  await deleteChallenger(sql, job, version);
  const text = `champion of ${job}: version ${version}${old === null ? '' : ` instead of ${old}`}, by ${by}: ${why}`;
  await queueNotification(sql, { job, event: kind, at, text, details: { version, from: old, by, why } });
}

/** A change of the champion, as the registry records it. */
export interface ChampionChange {
  readonly kind: 'promote' | 'rollback' | 'remove';
  readonly version: number;
}

/**
 * The champion and those that were before it, newest first, after a change: what a rollback goes back through. A version that was rolled
 * back from is not among them.
 *
 * @example stackAfter([2, 1], { kind: 'promote', version: 3 }) //=> [3, 2, 1]
 * @example stackAfter([3, 2, 1], { kind: 'rollback', version: 2 }) //=> [2, 1]
 */
export function stackAfter(stack: readonly number[], { kind, version }: ChampionChange): number[] {
  const place = stack.indexOf(version);
  if (kind === 'rollback' && place >= 0) return stack.slice(place);
  return [version, ...stack.filter((each) => each !== version)];
}
