import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runNumbers } from '../../model/findCheckpoint.ts';
import { makeDirectory } from './makeDirectory.ts';

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
