import { join } from 'node:path';
import type { Run } from '../../sink/types.ts';
import type { Ledger } from '../store/database.ts';
import { lockJob } from '../store/jobTable.ts';
import { queueNotification } from '../store/notificationTable.ts';
import { type KeptVersion, readChampions } from '../store/versionTable.ts';
import { writePointers } from './pointers.ts';
import { setChampion } from './setChampion.ts';
import { verifyCheckpoint } from './verifyCheckpoint.ts';

/**
 * Loads the champion of a job. Where it does not load, that is an alert, and the newest before it that does load takes its place.
 */
export async function checkChampions(ledger: Ledger, home: string, job: string, log: Run['log']): Promise<void> {
  const { database, clock } = ledger;
  const [champion, ...before] = await readChampions(database, job);
  if (!champion) return;
  const problem = await problemOf(home, champion);
  if (problem === undefined) return;
  const loads = await Promise.all(before.map(async (each) => (await problemOf(home, each)) === undefined));
  const instead = before.find((_, i) => loads[i]);
  const what = `version ${champion.version} of ${job}, the champion, does not load: ${problem}`;
  log('error', what);
  const isChanged = await database.transaction(async (sql) => {
    await lockJob(sql, job);
    const [now] = await readChampions(sql, job);
    if (now?.version !== champion.version) return false;
    const at = clock.now();
    await queueNotification(sql, { job, event: 'alert', at, text: what });
    if (!instead) return false;
    await setChampion(sql, { job, kind: 'rollback', version: instead.version, by: 'millrace', why: what, at });
    return true;
  });
  if (isChanged) await writePointers(database, home, job);
}

async function problemOf(home: string, { checkpoint, sha256 }: KeptVersion): Promise<string | undefined> {
  return verifyCheckpoint(join(home, checkpoint), sha256).then(
    () => undefined,
    (error) => error.message,
  );
}
