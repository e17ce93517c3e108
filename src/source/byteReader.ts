import { open as openFile } from 'node:fs/promises';
import type { ByteInput } from './byteInput.ts';

/** Reads so many bytes, one after the other. */
export interface ByteReader {
  /** The next bytes; fewer only where there are no more. */
  read(length: number): Promise<Uint8Array>;
  /** Passes over bytes; false where there are not so many. */
  skip(length: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens an input from its beginning. Bytes of a plain file that are passed over are not read. */
export async function openByteReader(input: ByteInput, signal: AbortSignal | undefined): Promise<ByteReader> {
  const path = await input.plainPath();
  return path === undefined ? chunkReader(input.chunks(0, signal)) : fileReader(path, signal);
}

async function fileReader(path: string, signal: AbortSignal | undefined): Promise<ByteReader> {
  const file = await openFile(path);
  const { size } = await file.stat();
  let at = 0;
  return {
    async read(length) {
      // A length that a damaged file gives must not become memory.
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - at)));
      for (let read = 0; read < bytes.length; ) {
        signal?.throwIfAborted();
        const { bytesRead } = await file.read(bytes, read, bytes.length - read, at);
        if (bytesRead === 0) return bytes.subarray(0, read);
        read += bytesRead;
        at += bytesRead;
      }
      return bytes;
    },
    async skip(length) {
      at += length;
      return at <= size;
    },
    close: () => file.close(),
  };
}

function chunkReader(chunks: AsyncGenerator<Uint8Array>): ByteReader {
  let rest: Uint8Array = new Uint8Array(0);

  /** The next bytes that are there, at most so many; none at the end. */
  async function some(length: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return rest;
      rest = value;
    }
    const part = rest.subarray(0, length);
    rest = rest.subarray(part.length);
    return part;
  }

  return {
    async read(length) {
      const parts: Uint8Array[] = [];
      let left = length;
      while (left > 0) {
        const part = await some(left);
        if (part.length === 0) break;
        parts.push(part);
        left -= part.length;
      }
      const bytes = new Uint8Array(length - left);
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
    async skip(length) {
      let left = length;
      while (left > 0) {
        const part = await some(left);
        if (part.length === 0) return false;
        left -= part.length;
      }
      return true;
    },
    async close() {
      await chunks.return(undefined);
    },
  };
}
