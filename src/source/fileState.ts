import { stat } from 'node:fs/promises';
import { SourceError } from '../errors.ts';

/** Tells two states of a file apart, as far as can be told without reading it. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

/**
 * The state in which a file is now.
 *
 * @param where the source's name, for errors
 * @throws SourceError where there is no such file, or it is no file, or is empty
 */
export async function fileState(where: string, path: string): Promise<FileState> {
  const file = await stat(path).catch((cause) => {
    throw unreadable(where, cause);
  });
  if (!file.isFile()) {
    // A pipe has no end that could be read first, and cannot be opened again.
    const received = file.isDirectory() ? 'a folder' : 'a pipe or a device';
    throw new SourceError({ where, expected: 'a file', received });
  }
  if (file.size === 0) throw new SourceError({ where, expected: 'a file with data', received: 'an empty file' });
  return { size: file.size, mtimeMs: file.mtimeMs };
}

export function isSameState(a: FileState, b: FileState): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}

/** @throws SourceError where the file is not as it was before */
export async function assertUnchanged(where: string, path: string, before: FileState): Promise<void> {
  const now = await fileState(where, path).catch(() => undefined);
  if (now && isSameState(now, before)) return;
  throw new SourceError({
    where,
    expected: 'the file to stay as it is while it is read',
    received: now
      ? `a file that was changed meanwhile (${before.size} bytes, now ${now.size})`
      : 'a file that was changed meanwhile: it is gone',
    hint: 'Write new data to a new file',
  });
}

/** What it means that a file cannot be opened. */
export function unreadable(where: string, cause: NodeJS.ErrnoException): SourceError {
  const missing = cause.code === 'ENOENT';
  return new SourceError({
    where,
    expected: 'a file that can be read',
    received: missing ? 'no such file' : cause.message,
    hint: missing ? 'Check the path; it is relative to the folder in which the command runs' : undefined,
    cause,
  });
}
