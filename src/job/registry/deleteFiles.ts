import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database/database.ts';
import { runFolder } from './runFolder.ts';

/** Failed runs of a job whose folders stay, to be looked at. */
const failedKept = 5;

/**
 * Deletes the folders of runs that are over and have no version, or none that is kept. What a process that died has left of a folder goes with
 * the next call: a folder counts as deleted only when it is gone.
 */
export async function deleteFiles(database: Database, home: string): Promise<void> {
  // Of a long ledger only the few runs are looked at that still have files: the index of those gives the order.
  const runs = await database.query<{ id: number; job: string }>(
    `select id, job from millrace.run r
     where not files_deleted and state in ('succeeded', 'rejected', 'skipped', 'failed', 'cancelled')
       and (select v.deleted_at is null from millrace.version v where v.run_id = r.id) is not true
       and (state <> 'failed' or id <= (
         select id from millrace.run f where f.job = r.job and f.state = 'failed' and not f.files_deleted order by id desc offset $1 limit 1
       ))
     order by job, id limit 100`,
    [failedKept],
  );
  for (const { id, job } of runs) {
    await rm(join(home, runFolder(job, id)), { recursive: true, force: true });
    await database.query(`update millrace.run set files_deleted = true where id = $1`, [id]);
  }
}
