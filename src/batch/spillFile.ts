import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, read, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SpillError } from '../errors.ts';
import { megabytes } from '../format/sizes.ts';

const readAt = promisify(read);

/** Bytes on disk that only this process can see, and that go with it. */
export interface SpillFile {
  /** Adds bytes at the end; they are in the hands of the system when it returns. */
  append(bytes: Uint8Array): void;
  /** Fills `bytes` from a place on. */
  read(bytes: Uint8Array, at: number): Promise<void>;
  /** Gives the disk space back; what is being read must have been read. */
  close(): void;
}

const isLeftover = (name: string) => /^millrace-spill-[\da-f-]+\.tmp$/.test(name);

/**
 * Opens a file in a folder and takes its name away at once: so the system frees its space when the process ends, however it does. Where
 * names cannot be taken from open files, the file goes when it is closed, and what a killed run has left when the next one opens.
 *
 * @throws SpillError where no file can be made there, the disk is full, or bytes cannot be read back
 */
export function openSpillFile(directory: string): SpillFile {
  const path = join(directory, `millrace-spill-${randomUUID()}.tmp`);
  let file: number;
  let end = 0;
  try {
    if (!existsSync(directory)) mkdirSync(directory);
    for (const name of readdirSync(directory).filter(isLeftover)) rmSync(join(directory, name), { force: true });
    file = openSync(path, 'wx+', 0o600);
  } catch (cause) {
    throw spillError(directory, 'a folder in which rows can be kept', cause);
  }
  const remove = () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // It is removed when it is closed, or by the next run.
    }
  };
  remove();
  return {
    append(bytes) {
      try {
        for (let at = 0; at < bytes.length; ) {
          const written = writeSync(file, bytes, at, bytes.length - at, end);
          at += written;
          end += written;
        }
      } catch (cause) {
        throw spillError(directory, `room for more than the ${megabytes(end, 1)} of rows written so far`, cause);
      }
    },
    async read(bytes, at) {
      for (let got = 0; got < bytes.length; ) {
        const { bytesRead } = await readAt(file, bytes, got, bytes.length - got, at + got).catch((cause) => {
          throw spillError(directory, 'rows that can be read back', cause);
        });
        if (bytesRead === 0) throw spillError(directory, `${bytes.length} bytes of rows at ${at}`, `${got} bytes`);
        got += bytesRead;
      }
    },
    close() {
      closeSync(file);
      remove();
    },
  };
}

function spillError(directory: string, expected: string, cause: unknown): SpillError {
  return new SpillError({
    where: directory,
    expected,
    received: cause instanceof Error ? cause.message : String(cause),
    hint: 'Make room, name another folder with shuffle.spill.directory, or give shuffle.memoryMB enough for all rows',
    cause,
  });
}
