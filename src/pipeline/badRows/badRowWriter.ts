import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { BadRowFileError } from '../../errors.ts';
import type { BadRow } from '../../source/types.ts';

/** The file of rows that cannot be used, a line of JSON for each. It is made when there is one. */
export interface BadRowWriter {
  readonly path: string;
  /** Its length. */
  readonly bytes: number;
  /** Appends rows; durable after `sync`. */
  write(rows: readonly BadRow[]): void;
  /** Cuts the file back to what it held when it had so many bytes. */
  cut(bytes: number): void;
  /** Settles what was written, and does nothing where nothing was. */
  sync(): void;
  /** Also settles what was written. What is written later opens the file again. */
  close(): void;
}

/** Codes of folders that cannot be opened or synced: without permission to read, or of a system like `/proc`. */
const notOurs = new Set<string | undefined>(['EACCES', 'EPERM', 'EINVAL', 'EROFS']);

/**
 * Written at once and in one piece for a record batch, since its length at a place in the stream is what a checkpoint knows of it.
 *
 * @throws BadRowFileError, in use, where the disk fails, or the file is shorter than it was
 */
export function createBadRowWriter(path: string, disk: BadRowDisk = nodeBadRowDisk): BadRowWriter {
  let file: number | undefined;
  let bytes = 0;
  let isSynced = true;
  /** Whether the file's name is durable, and those of the folders above it. */
  let isNamed = false;

  function attempt<T>(what: string, action: () => T): T {
    try {
      return action();
    } catch (cause) {
      if (cause instanceof BadRowFileError) throw cause;
      throw new BadRowFileError({
        where: path,
        expected: `a file that can be ${what}`,
        received: cause instanceof Error ? cause.message : String(cause),
        hint: 'Make room on the disk, or the folder writable, and resume the run',
        cause,
      });
    }
  }

  function opened(): number {
    if (file !== undefined) return file;
    disk.mkdir(dirname(path));
    file = disk.open(path, 'a');
    return file;
  }

  function writeAll(line: Uint8Array): void {
    const to = opened();
    isSynced = false;
    for (let at = 0; at < line.length; ) {
      const written = disk.write(to, line.subarray(at));
      if (written === 0) throw new Error(`nothing more could be written after ${at} of ${line.length} bytes`);
      at += written;
    }
    bytes += line.length;
  }

  function sync(): void {
    if (file === undefined || isSynced) return;
    disk.sync(file);
    if (!isNamed) syncFolders();
    [isSynced, isNamed] = [true, true];
  }

  /** A name that a power failure takes away is not durable, were the bytes. Windows cannot open a folder. */
  function syncFolders(): void {
    if (process.platform === 'win32') return;
    for (
      let below = resolve(path), folder = dirname(below);
      folder !== below;
      [below, folder] = [folder, dirname(folder)]
    ) {
      try {
        syncFolder(folder);
      } catch (error) {
        // One that may not be opened was not made by this process.
        if (!notOurs.has((error as NodeJS.ErrnoException).code)) throw error;
      }
    }
  }

  function syncFolder(path: string): void {
    const folder = disk.open(path, 'r');
    try {
      disk.sync(folder);
    } finally {
      disk.close(folder);
    }
  }

  function cutTo(length: number): void {
    const found = existing();
    if (found === undefined) {
      if (length > 0) throw shorter(0, length);
    } else {
      try {
        const size = disk.size(found);
        if (size < length) throw shorter(size, length);
        disk.truncate(found, length);
      } finally {
        disk.close(found);
      }
    }
    bytes = length;
  }

  /** The file as it is now, or undefined where there is none. */
  function existing(): number | undefined {
    try {
      return disk.open(path, 'r+');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  function shorter(size: number, length: number): BadRowFileError {
    return new BadRowFileError({
      where: path,
      expected: `at least the ${length} bytes that were there at the checkpoint`,
      received: size === 0 ? 'none' : `${size}`,
      hint: 'Bring the file back to resume, or train anew in another folder',
    });
  }

  return {
    path,
    get bytes() {
      return bytes;
    },
    write(rows) {
      const lines = rows.map(({ at: _, ...row }) => `${JSON.stringify(row)}\n`);
      if (lines.length > 0) attempt('written to', () => writeAll(Buffer.from(lines.join(''))));
    },
    cut: (length) => attempt('cut back', () => cutTo(length)),
    sync: () => attempt('brought to the disk', sync),
    close() {
      if (file === undefined) return;
      const open = file;
      try {
        attempt('brought to the disk', sync);
      } finally {
        file = undefined;
        attempt('closed', () => disk.close(open));
      }
    },
  };
}

/** What a file of bad rows asks of a file system; another one stands in where a test lets the disk fail. Errors are the system's. */
export interface BadRowDisk {
  mkdir(path: string): void;
  /** `a` makes the file where there is none and appends to it, `r+` changes it, `r` also opens a folder; a number for it. */
  open(path: string, flags: 'a' | 'r+' | 'r'): number;
  size(file: number): number;
  /** Writes at the end, and says how much: it need not be all. */
  write(file: number, bytes: Uint8Array): number;
  truncate(file: number, bytes: number): void;
  sync(file: number): void;
  close(file: number): void;
}

/** The one that Node gives. */
export const nodeBadRowDisk: BadRowDisk = {
  mkdir: (path) => mkdirSync(path, { recursive: true }),
  open: openSync,
  size: (file) => fstatSync(file).size,
  write: writeSync,
  truncate: ftruncateSync,
  sync: fsyncSync,
  close: closeSync,
};
