import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a daemon that has the embedded database of a home folder can be reached, or why it cannot be at the moment. */
export type DaemonState =
  | { readonly pid: number; readonly port: number; readonly token: string }
  | {
      readonly pid: number;
      readonly state: 'starting' | 'ending';
      /** By the clock of the machine, in milliseconds. */
      readonly since: number;
      /** What takes the time. */
      readonly doing: string;
    };

const pathOf = (home: string) => join(home, 'daemon.json');

/** Tells other processes, in a file of the home folder that its user alone can read. */
export async function writeDaemonState(home: string, daemon: DaemonState): Promise<void> {
  const path = pathOf(home);
  await writeFile(`${path}.tmp`, JSON.stringify(daemon), { mode: 0o600 });
  await rename(`${path}.tmp`, path);
}

/** @returns undefined where there is none; one that has died may have left it, and a power failure half of it */
export async function readDaemonState(home: string): Promise<DaemonState | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(home), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export async function removeDaemonState(home: string): Promise<void> {
  await rm(pathOf(home), { force: true });
}
