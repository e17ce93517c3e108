import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runNumbers } from '../model/findCheckpoint.ts';
import { readRun } from './readRun.ts';
import type { RecordedRun } from './types.ts';

/**
 * The runs below a folder, oldest first: `runs/NAME/1`, `runs/NAME/2` ... of each name, or of the one that is given.
 *
 * @param onDamaged gets the error of each run that cannot be read; the others are listed all the same
 */
export async function listRuns(
  parent: string,
  onDamaged: (error: Error) => void,
  name?: string,
): Promise<readonly RecordedRun[]> {
  const names = name === undefined ? await folders(parent) : [name];
  const found: RecordedRun[] = [];
  for (const each of names) {
    for (const number of await runNumbers(join(parent, each))) {
      try {
        const run = await readRun(join(parent, each, String(number)));
        if (run) found.push(run);
      } catch (error) {
        onDamaged(error as Error);
      }
    }
  }
  return found.sort((a, b) => Date.parse(beganOf(a)) - Date.parse(beganOf(b)));
}

/** When the run began, or was resumed for the last time. */
export function beganOf({ config, end }: RecordedRun): string {
  return end?.began ?? config.began;
}

async function folders(parent: string): Promise<string[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
