import { dirname, join, resolve } from 'node:path';
import { type FileSystem, nodeFileSystem, type OpenFile } from './fileSystem.ts';
import { isAlive } from './isAlive.ts';

/** Temporary files of this process that are being written. */
const inWork = new Set<string>();

/** A system call takes at most 2^31 bytes. */
const maxWriteBytes = 2 ** 26;

/** Codes of folders that cannot be opened or synced: without permission to read, or of a system like `/proc`. */
const notOurs = new Set<string | undefined>(['EACCES', 'EPERM', 'EINVAL', 'EROFS']);

/**
 * Writes a file so that it is there as a whole or not at all, whatever happens: written beside, brought to the disk, renamed, and
 * the folder brought to the disk.
 *
 * @throws the system's error; the temporary file is then gone
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  inWork.add(temporary);
  try {
    const file = await fileSystem.open(temporary, 'w');
    try {
      await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fileSystem.rename(temporary, path);
    await syncDirectory(dirname(path), fileSystem);
  } catch (error) {
    await fileSystem.rm(temporary).catch(() => {});
    throw error;
  } finally {
    inWork.delete(temporary);
  }
}

/**
 * Brings a folder's own name to the disk, and those of the folders above it: a file in a folder that a power failure takes away is
 * not durable. A folder that may not be opened was not made by this process.
 */
export async function syncAbove(directory: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
  let below = resolve(directory);
  for (let folder = dirname(below); folder !== below; folder = dirname(folder)) {
    try {
      await syncDirectory(folder, fileSystem);
    } catch (error) {
      if (!notOurs.has((error as NodeJS.ErrnoException).code)) throw error;
    }
    below = folder;
  }
}

/** Removes the temporary files, of a name that begins with `prefix`, that dead processes have left in a folder. */
export async function removeLeftovers(
  directory: string,
  prefix: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
  for (const name of await fileSystem.readdir(directory)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    const path = join(directory, name);
    if (pid === undefined || !name.startsWith(prefix) || inWork.has(path)) continue;
    // A number that is ours now may have been another's before: in a container every run may be process 1.
    if (Number(pid) === process.pid || !isAlive(Number(pid))) await fileSystem.rm(path);
  }
}

async function writeAll(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes.subarray(at, at + maxWriteBytes));
    if (bytesWritten === 0) throw new Error(`nothing more could be written after ${at} of ${bytes.length} bytes`);
    at += bytesWritten;
  }
}

/** Brings the names in a folder to the disk. */
export async function syncDirectory(directory: string, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
  // Windows cannot open a folder, and its file system keeps the order of renames by itself.
  if (process.platform === 'win32') return;
  const handle = await fileSystem.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
