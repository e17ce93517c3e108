import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Temporary files of this process that are being written. */
const inWork = new Set<string>();

/**
 * Writes a file so that it is there as a whole or not at all, whatever happens: written beside, brought to the disk, renamed, and
 * the folder brought to the disk.
 *
 * @throws the system's error; the temporary file is then gone
 */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  inWork.add(temporary);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  } finally {
    inWork.delete(temporary);
  }
}

/** Removes the temporary files, of a name that begins with `prefix`, that dead processes have left in a folder. */
export async function removeLeftovers(directory: string, prefix: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    const path = join(directory, name);
    if (pid === undefined || !name.startsWith(prefix) || inWork.has(path)) continue;
    // A number that is ours now may have been another's before: in a container every run may be process 1.
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await rm(path, { force: true });
  }
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a folder, and its file system keeps the order of renames by itself.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
