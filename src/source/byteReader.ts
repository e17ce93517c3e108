import { open as openFile, stat } from 'node:fs/promises';
import type { ByteInput } from './byteInput.ts';

/** Reads so many bytes, one after the other. */
export interface ByteReader {
  /** The next bytes; fewer only where there are no more. */
  read(length: number): Promise<Uint8Array>;
  /** Passes over bytes; false where there are not so many. */
  skip(length: number): Promise<boolean>;
  /**
   * Bytes from any place on. Where only one after the other can be had, all are held from then on, and it must be asked for after
   * the first read at the latest.
   */
  readAt(at: number, length: number): Promise<Uint8Array>;
  /** The number of all bytes, under the same conditions. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Opens an input at its beginning. Bytes of a plain file that are passed over are not read. */
export async function openByteReader(input: ByteInput, signal: AbortSignal | undefined): Promise<ByteReader> {
  const path = await input.plainPath();
  return path === undefined ? chunkReader(input.chunks(0, signal)) : fileReader(path, signal);
}

async function fileReader(path: string, signal: AbortSignal | undefined): Promise<ByteReader> {
  const { size } = await stat(path);
  let next = 0;

  async function readAt(at: number, length: number): Promise<Uint8Array> {
    signal?.throwIfAborted();
    // A length that a damaged file gives must not become memory.
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - at)));
    // Not held open between two reads: of a reader that is forgotten, nothing is left.
    const file = await openFile(path);
    try {
      for (let read = 0; read < bytes.length; ) {
        const { bytesRead } = await file.read(bytes, read, Math.min(bytes.length - read, 1 << 30), at + read);
        if (bytesRead === 0) return bytes.subarray(0, read);
        read += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  return {
    readAt,
    async read(length) {
      const bytes = await readAt(next, length);
      next += bytes.length;
      return bytes;
    },
    async skip(length) {
      next += length;
      return next <= size;
    },
    size: async () => size,
    close: async () => {},
  };
}

function chunkReader(chunks: AsyncGenerator<Uint8Array>): ByteReader {
  let first: Uint8Array | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  let whole: Uint8Array | undefined;

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

  async function read(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let left = length;
    while (left > 0) {
      const part = await some(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    const bytes = concat(parts);
    first ??= bytes;
    return bytes;
  }

  async function all(): Promise<Uint8Array> {
    if (whole) return whole;
    const parts = [first ?? new Uint8Array(0), rest];
    for await (const chunk of chunks) parts.push(chunk);
    whole = concat(parts);
    return whole;
  }

  return {
    read,
    async skip(length) {
      for (let left = length; left > 0; ) {
        const part = await some(left);
        if (part.length === 0) return false;
        left -= part.length;
      }
      return true;
    },
    readAt: async (at, length) => (await all()).slice(at, at + length),
    size: async () => (await all()).length,
    async close() {
      await chunks.return(undefined);
    },
  };
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
