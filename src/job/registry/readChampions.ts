import type { Sql } from '../database/database.ts';
import { type ChampionChange, championStack } from './championStack.ts';

/** A version that is kept. */
export interface KeptVersion {
  readonly version: number;
  /** From the home folder on. */
  readonly checkpoint: string;
  readonly sha256: string;
}

/** The champion of a job and those before it that are kept, newest first; with a change that is about to be made. */
export async function readChampions(sql: Sql, job: string, change?: ChampionChange): Promise<readonly KeptVersion[]> {
  const changes = await sql.query<ChampionChange>(
    `select kind, to_version as version from millrace.alias_change where job = $1 and name = 'champion' order by id`,
    [job],
  );
  const kept = await sql.query<KeptVersion>(
    `select number as version, checkpoint, sha256 from millrace.version where job = $1 and deleted_at is null`,
    [job],
  );
  const stack = championStack(change ? [...changes, change] : changes);
  return stack.flatMap((number) => kept.find(({ version }) => version === number) ?? []);
}
