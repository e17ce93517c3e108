import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';

/** What saving asks of a file system; another one stands in where a test lets the disk fail. Errors are the system's. */
export interface FileSystem {
  /** Makes a folder, and those above it, where they are not there. */
  mkdir(path: string): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  /** `w` makes the file or empties it, `r` also opens a folder. */
  open(path: string, flags: 'r' | 'w'): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, if it is there. */
  rm(path: string): Promise<void>;
}

export interface OpenFile {
  /** Writes on from where it stands, and says how much: it need not be all. */
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  /** Settled when all that was written, or for a folder its names, is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The one that Node gives. */
export const nodeFileSystem: FileSystem = {
  mkdir: (path) => mkdir(path, { recursive: true }),
  readdir: (path) => readdir(path),
  open,
  rename,
  rm: (path) => rm(path, { force: true }),
};
