import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../store/database.ts';
import { readRunsWithoutFiles } from '../store/runTable.ts';

/** Runs of a job whose logs stay, whatever they came to; and those whose folders do. */
const logsKept = 100;

/** Deletes the logs of older runs. */
export async function deleteLogs(database: Database, home: string, jobs: readonly string[]): Promise<void> {
  for (const job of jobs) {
    const folder = join(home, 'logs', job);
    const names = await readdir(folder).catch(() => []);
    const runs = [...new Set(names.map((name) => Number.parseInt(name, 10)))].sort((a, b) => b - a);
    const older = runs.slice(logsKept);
    if (older.length === 0) continue;
    for (const id of await readRunsWithoutFiles(database, older))
      for (const ending of ['log', 'log.1']) await rm(join(folder, `${id}.${ending}`), { force: true });
  }
}
