import { OptionError } from '../../errors.ts';
import { nearMisses } from '../../source/nearMisses.ts';
import type { Sql } from '../database/database.ts';

/** @throws OptionError where the ledger has no job of that name */
export async function findJob(sql: Sql, name: string): Promise<void> {
  const all = await sql.query<{ name: string }>(`select name from millrace.job order by name`);
  const names = all.map((job) => job.name);
  if (names.includes(name)) return;
  const [near] = nearMisses(name, names);
  throw new OptionError({
    where: 'job',
    expected: names.length === 0 ? 'a job, but none has been declared yet' : `one of ${names.join(', ')}`,
    received: name,
    hint: near ? `Did you mean ${near}` : undefined,
  });
}
