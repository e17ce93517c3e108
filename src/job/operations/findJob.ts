import { OptionError } from '../../errors.ts';
import { didYouMean } from '../../options/didYouMean.ts';
import type { Sql } from '../store/database.ts';
import { readJobNames } from '../store/jobTable.ts';

/** @throws OptionError where the ledger has no job of that name */
export async function findJob(sql: Sql, name: string): Promise<void> {
  const names = await readJobNames(sql);
  if (names.includes(name)) return;
  throw new OptionError({
    where: 'job',
    expected: names.length === 0 ? 'a job, but none has been declared yet' : `one of ${names.join(', ')}`,
    received: name,
    hint: didYouMean(name, names),
  });
}
