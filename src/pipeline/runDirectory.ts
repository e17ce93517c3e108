import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpointName.ts';
import { makeDirectory } from './makeDirectory.ts';

/** The numbers of a pipeline's runs: the folders `1`, `2`, ... in its own. */
async function runNumbers(parent: string): Promise<number[]> {
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

/** Makes a new folder for a run, numbered one beyond the latest. Two processes never get the same. */
export async function newRun(parent: string): Promise<string> {
  await makeDirectory(parent);
  for (let number = Math.max(0, ...(await runNumbers(parent))) + 1; ; number++) {
    const directory = join(parent, String(number));
    const made = await mkdir(directory).then(
      () => true,
      (error) => {
        if (error.code === 'EEXIST') return false;
        throw error;
      },
    );
    if (made) return directory;
  }
}
