import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open as openFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { SourceError } from '../../errors.ts';
import { type ByteStore, type FileState, isSameState } from './byteStore.ts';
import { readStream } from './readStream.ts';

const chunkBytes = 1 << 18;

/** A file of this machine. Its state is its size and the time it was last written; its fingerprint, sha256 of all of it. */
export function localFile(format: string, path: string): ByteStore {
  const name = `${format} ${path}`;
  let known: { readonly state: FileState; readonly sha256: string } | undefined;

  async function state(): Promise<FileState> {
    const file = await stat(path).catch((cause) => {
      throw unreadable(name, path, cause);
    });
    if (!file.isFile()) {
      const received = file.isDirectory() ? 'a folder' : 'a pipe or a device';
      throw new SourceError({
        where: name,
        expected: 'a file',
        received,
        hint: file.isDirectory()
          ? 'Read the files in it with files(folder, open)'
          : "Give it as standard input, with '-'",
      });
    }
    return { size: file.size, version: `${file.mtimeMs}` };
  }

  async function* stream(from: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    const bytes = createReadStream(path, { start: from, highWaterMark: chunkBytes });
    try {
      yield* readStream(bytes, signal);
    } catch (error) {
      throw signal?.aborted ? signal.reason : unreadable(name, path, error);
    }
  }

  return {
    name,
    path,
    once: false,
    state,
    canSeek: async () => true,
    stream,
    async read(at, length, signal) {
      signal?.throwIfAborted();
      // Not held open between two reads: of a reader that is forgotten, nothing is left.
      const file = await openFile(path).catch((cause) => {
        throw unreadable(name, path, cause);
      });
      try {
        // A length that a damaged file gives must not become memory.
        const { size } = await file.stat();
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - at)));
        for (let read = 0; read < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, read, Math.min(bytes.length - read, 1 << 30), at + read);
          if (bytesRead === 0) return bytes.subarray(0, read);
          read += bytesRead;
        }
        return bytes;
      } finally {
        await file.close();
      }
    },
    async fingerprint(signal) {
      const now = await state();
      if (!isSameState(known?.state, now)) {
        const hash = createHash('sha256');
        for await (const chunk of stream(0, signal)) hash.update(chunk);
        known = { state: now, sha256: hash.digest('hex') };
      }
      return { bytes: now.size!, sha256: known!.sha256 };
    },
  };
}

function unreadable(where: string, path: string, cause: unknown): unknown {
  if (cause instanceof SourceError || !(cause instanceof Error)) return cause;
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  return new SourceError({
    where,
    expected: 'a file that can be read',
    received: isMissing ? 'no such file' : cause.message,
    hint: isMissing ? hintOfMissing(path) : undefined,
    cause,
  });
}

function hintOfMissing(path: string): string {
  if (/[*?]/.test(path)) return 'Read the files of a pattern with files(pattern, open)';
  return isAbsolute(path) ? 'Check the path' : 'Check the path; it is relative to the folder in which the command runs';
}
