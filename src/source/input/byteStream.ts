import { Readable } from 'node:stream';
import { SourceError } from '../../errors.ts';
import type { ByteStore } from './byteStore.ts';
import { closeOnce, isOnce } from './once.ts';
import { untilAborted } from './untilAborted.ts';

/** Bytes one after the other: a Node stream, a stream of the web, or any iterable of them. */
export type ByteChunks = Readable | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export function isByteChunks(place: unknown): place is ByteChunks {
  return typeof place === 'object' && place !== null && (Symbol.asyncIterator in place || Symbol.iterator in place);
}

/**
 * Bytes that come one after the other. Of what can be read only once, what was looked at is kept until it is read for good.
 *
 * @param label what errors call it
 */
export function byteStream(format: string, place: ByteChunks | (() => ByteChunks), label = 'stream'): ByteStore {
  const name = `${format} ${label}`;
  const once = typeof place !== 'function' && isOnce(place);
  const used = new WeakSet<object>();
  const kept: Uint8Array[] = [];
  let rest: Chunks | undefined;
  let isTaken = false;

  function begin(): Chunks {
    const bytes = typeof place === 'function' ? place() : place;
    const isUsed =
      bytes instanceof Readable
        ? bytes.readableDidRead || bytes.destroyed
        : bytes instanceof ReadableStream && bytes.locked;
    if (isUsed || used.has(bytes))
      throw readBefore(name, typeof place === 'function' ? 'The function must return a new one each time' : undefined);
    if (isOnce(bytes)) used.add(bytes);
    return chunksOf(name, bytes);
  }

  async function* again(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    const chunks = begin();
    try {
      for (let chunk = await chunks.next(signal); chunk; chunk = await chunks.next(signal)) yield chunk;
    } finally {
      chunks.close();
    }
  }

  async function* onlyOnce(signal: AbortSignal | undefined, isLast: boolean): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    if (isTaken) throw readBefore(name, 'Write it to a file to read it more than once');
    rest ??= begin();
    isTaken = isLast;
    try {
      for (let i = 0; isLast ? kept.length > 0 : i < kept.length; i++) yield isLast ? kept.shift()! : kept[i]!;
      for (let chunk = await rest.next(signal); chunk; chunk = await rest.next(signal)) {
        if (!isLast) kept.push(chunk);
        yield chunk;
      }
    } finally {
      if (isLast) rest.close();
    }
  }

  return {
    name,
    once,
    state: async () => undefined,
    canSeek: async () => false,
    stream: (_, signal, isLast = false) => (once ? onlyOnce(signal, isLast) : again(signal)),
    read: async () => new Uint8Array(0),
    fingerprint: async () => ({}),
    ...(once && { abandon: () => closeOnce(place) }),
  };
}

interface Chunks {
  /** The next bytes, or undefined at the end. A chunk that was waited for when the signal was given is not lost. */
  next(signal: AbortSignal | undefined): Promise<Uint8Array | undefined>;
  close(): void;
}

function chunksOf(where: string, bytes: ByteChunks): Chunks {
  const iterator = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  let pending: Promise<IteratorResult<unknown>> | undefined;
  let isDone = false;
  return {
    async next(signal) {
      if (isDone) return undefined;
      pending ??= Promise.resolve(iterator.next());
      const { done, value } = await untilAborted(pending, signal);
      pending = undefined;
      isDone = done === true;
      if (isDone) return undefined;
      if (typeof value === 'string') return Buffer.from(value);
      if (value instanceof Uint8Array) return value;
      throw new SourceError({
        where,
        expected: 'chunks of bytes',
        received: value === null ? 'null' : typeof value,
        hint: 'Rows that are objects are read by memory(rows)',
      });
    },
    close() {
      // Not waited for: one that stalls would never answer.
      if (bytes instanceof Readable) bytes.destroy();
      else if (!isDone) Promise.resolve(iterator.return?.()).catch(() => {});
    },
  };
}

function readBefore(where: string, hint: string | undefined): SourceError {
  return new SourceError({
    where,
    expected: 'bytes that have not been read',
    received: 'a stream that has been read before, and can be read only once',
    hint,
  });
}
