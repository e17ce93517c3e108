import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpointName.ts';
import { latestCheckpoint } from '../checkpoint/latestCheckpoint.ts';
import { CheckpointError } from '../errors.ts';
import type { Tell } from '../source/types.ts';

/**
 * The checkpoint that a path names: a file is itself; of a run's folder, or of that of its checkpoints, it is the newest that is whole.
 *
 * @param tell receives a warning for each newer one that is damaged
 * @throws CheckpointError where a folder has none
 */
export async function findCheckpoint(path: string, tell?: Tell): Promise<string> {
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isDirectory) return path;
  const found = (await latestCheckpoint(join(path, 'checkpoints'))) ?? (await latestCheckpoint(path));
  for (const { error } of found?.damaged ?? []) tell?.(`left out: ${error.message}`);
  if (found) return found.path;
  const run = await latestRun(path);
  throw new CheckpointError({
    where: path,
    expected: 'a checkpoint, or the folder of a run that has one',
    received: run ? 'a folder of runs' : 'a folder without checkpoints',
    hint: run ? `Name one of them, as ${run}` : undefined,
  });
}

/** The numbers of a pipeline's runs: the folders `1`, `2`, ... in its own. */
export async function runNumbers(parent: string): Promise<number[]> {
  const names = await readdir(parent).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^[1-9]\d{0,8}$/.test(name)).map(Number);
}

/** The folder of a pipeline's latest run that has a checkpoint, or undefined when there is none. */
export async function latestRun(parent: string): Promise<string | undefined> {
  for (const number of (await runNumbers(parent)).sort((a, b) => b - a)) {
    const directory = join(parent, String(number));
    if ((await listCheckpoints(join(directory, 'checkpoints'))).length > 0) return directory;
  }
  return undefined;
}
