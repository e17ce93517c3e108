import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../store/database.ts';
import { lockDeletableRuns, saveFilesDeleted } from '../store/runTable.ts';
import { runFolder } from './runPaths.ts';

/** Failed runs of a job whose folders stay, to be looked at. */
const failedKept = 5;
/** Folders that one transaction deletes: the embedded database does nothing else meanwhile. */
const page = 20;

/**
 * Deletes the folders of runs that are over and have no version, or none that is kept. What a process that died has left of a folder goes with
 * the next call: a folder counts as deleted only when it is gone. Of several schedulers each deletes others.
 *
 * @param signal ends it early
 */
export async function deleteFiles(database: Database, home: string, signal?: AbortSignal): Promise<void> {
  for (let found = page; found === page && !signal?.aborted; ) {
    found = await database.transaction(async (sql) => {
      const runs = await lockDeletableRuns(sql, { failedKept, limit: page });
      for (const { id, job } of runs) await rm(join(home, runFolder(job, id)), { recursive: true, force: true });
      await saveFilesDeleted(
        sql,
        runs.map(({ id }) => id),
      );
      return runs.length;
    });
  }
}
