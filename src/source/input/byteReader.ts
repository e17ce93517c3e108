import type { ByteInput } from './byteInput.ts';
import type { ByteStore } from './byteStore.ts';

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
  /** So many of the first bytes, after the first read; where only one after the other can be had, those that came together at the least. */
  begin(length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens an input at its beginning. Bytes of a plain file that are passed over are not read.
 *
 * @param isLast of what can be read only once: it is not kept for another look
 */
export async function openByteReader(
  input: ByteInput,
  signal: AbortSignal | undefined,
  isLast: boolean,
): Promise<ByteReader> {
  const store = await input.plain(signal);
  if (store?.path !== undefined) return fileReader(store, signal);
  return chunkReader((from) => input.chunks(from, signal, isLast), store, signal);
}

async function fileReader(store: ByteStore, signal: AbortSignal | undefined): Promise<ByteReader> {
  const size = await sizeOf(store, signal);
  let next = 0;
  return {
    async read(length) {
      const bytes = await store.read(next, length, signal);
      next += bytes.length;
      return bytes;
    },
    async skip(length) {
      next += length;
      return next <= size;
    },
    readAt: (at, length) => store.read(at, length, signal),
    size: async () => size,
    begin: (length) => store.read(0, length, signal),
    close: async () => {},
  };
}

/** Less than this is read and not passed over: to ask anew takes longer. */
const leastJump = 1 << 20;

/** @param store where bytes can also be had from any place on */
function chunkReader(
  open: (from: number) => AsyncGenerator<Uint8Array>,
  store: ByteStore | undefined,
  signal: AbortSignal | undefined,
): ByteReader {
  let chunks = open(0);
  /** The offset after `rest`. */
  let reached = 0;
  let first: Uint8Array | undefined;
  let firstChunk: Uint8Array | undefined;
  let rest: Uint8Array = new Uint8Array(0);
  let whole: Uint8Array | undefined;
  let size: number | undefined;

  /** The next bytes that are there, at most so many; none at the end. */
  async function some(length: number): Promise<Uint8Array> {
    while (rest.length === 0) {
      const { done, value } = await chunks.next();
      if (done) return rest;
      rest = value;
      firstChunk ??= value;
      reached += value.length;
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
      if (store && length - rest.length > leastJump) {
        reached += length - rest.length;
        rest = new Uint8Array(0);
        size ??= await sizeOf(store, signal);
        if (reached > size) return false;
        await chunks.return(undefined);
        chunks = open(reached);
        return true;
      }
      for (let left = length; left > 0; ) {
        const part = await some(left);
        if (part.length === 0) return false;
        left -= part.length;
      }
      return true;
    },
    async readAt(at, length) {
      if (!store) return (await all()).slice(at, at + length);
      await chunks.return(undefined);
      return store.read(at, length, signal);
    },
    size: async () => (store ? sizeOf(store, signal) : (await all()).length),
    begin: async (length) => firstChunk?.subarray(0, length) ?? new Uint8Array(0),
    async close() {
      await chunks.return(undefined);
    },
  };
}

async function sizeOf(store: ByteStore, signal: AbortSignal | undefined): Promise<number> {
  return (await store.state(signal))?.size ?? 0;
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
