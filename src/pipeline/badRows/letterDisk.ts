import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';

/** What a letter file asks of a file system; another one stands in where a test lets the disk fail. Errors are the system's. */
export interface LetterDisk {
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
export const nodeLetterDisk: LetterDisk = {
  mkdir: (path) => mkdirSync(path, { recursive: true }),
  open: openSync,
  size: (file) => fstatSync(file).size,
  write: writeSync,
  truncate: ftruncateSync,
  sync: fsyncSync,
  close: closeSync,
};
