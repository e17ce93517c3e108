import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { type Bound, bound } from '../../options/bounds.ts';
import { assertUnchanged, type ByteStore, type FileState } from './byteStore.ts';
import type { Reader } from './fileKind.ts';
import { type InputPlace, storeAt } from './inputPlace.ts';
import { readStream } from './readStream.ts';

/** Bytes from a place, decompressed and as UTF-8; offsets count those. */
export interface ByteInput {
  readonly reader: Reader;
  /** The format and the place: the name of its source. */
  readonly name: string;
  /** Whether they can be had only once. */
  readonly once: boolean;
  /** Whether it is a file of this machine, which can be looked through for the sake of an error. */
  readonly isLocal: boolean;
  /** The path of such a file; the name where it is none. */
  readonly file: string;
  /** Tells two states of a file apart as far as can be told without reading it; undefined where it is no file. */
  state(signal: AbortSignal | undefined): Promise<FileState | undefined>;
  /** The bytes as they lie there, where they are what `chunks` gives and can be read from any place. */
  plain(signal: AbortSignal | undefined): Promise<ByteStore | undefined>;
  /**
   * The bytes from an offset on. Where they are neither compressed nor in another encoding, and lie in a file, they are not read up to there.
   *
   * @param isLast of what can be read only once: it is not kept for another look
   * @throws SourceError where there is no such file, it cannot be decompressed or decoded, or it ends before the offset
   */
  chunks(from: number, signal: AbortSignal | undefined, isLast?: boolean): AsyncGenerator<Uint8Array>;
  /** Changes when the content does. */
  fingerprint(signal: AbortSignal | undefined): Promise<{ readonly [key: string]: Json }>;
  /** Has what can be had only once closed when the signal is given, though nothing of it was read. */
  closeOnAbort(signal: AbortSignal): void;
  /**
   * @param failure what reading has failed with
   * @throws SourceError where the file is not as it was
   */
  assertUnchanged(before: FileState | undefined, signal: AbortSignal | undefined, failure?: unknown): Promise<void>;
}

export interface ByteInputOptions {
  /** Who reads them; its name comes first in that of the source. */
  readonly reader: Reader;
  /** A label that `TextDecoder` knows; UTF-8, or bytes that are no text, when absent. */
  readonly encoding?: string | undefined;
}

const chunkBytes = 1 << 18;

/** @throws OptionError where bytes cannot be had from the place */
export function createByteInput(place: InputPlace, { reader, encoding }: ByteInputOptions): ByteInput {
  const store = storeAt(reader, place);
  const { name } = store;
  const isUtf8 = encoding === undefined || new TextDecoder(encoding).encoding === 'utf-8';

  async function* chunks(from: number, signal: AbortSignal | undefined, isLast = false): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    const canSeek =
      isUtf8 && from > 0 && (await store.canSeek(signal)) && !compressionOf(await store.read(0, 4, signal));
    let skip = canSeek ? 0 : from;
    const plain = canSeek ? store.stream(from, signal, isLast) : decompressed(store, signal, isLast);
    for await (const chunk of isUtf8 ? plain : transcode(name, plain, encoding)) {
      signal?.throwIfAborted();
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield skip > 0 ? chunk.subarray(skip) : chunk;
        skip = 0;
        signal?.throwIfAborted();
      }
    }
    if (skip === 0) return;
    const received = `an end ${skip} bytes before it`;
    throw new SourceError({ where: name, expected: `a place at byte ${from}`, received });
  }

  return {
    reader,
    name,
    once: store.once,
    isLocal: store.path !== undefined,
    file: store.path ?? name,
    state: store.state,
    async plain(signal) {
      const canSeek = isUtf8 && (await store.canSeek(signal));
      return canSeek && !compressionOf(await store.read(0, 4, signal)) ? store : undefined;
    },
    chunks,
    fingerprint: store.fingerprint,
    closeOnAbort(signal) {
      if (store.abandon) signal.addEventListener('abort', store.abandon, { once: true });
    },
    assertUnchanged: (before, signal, failure) => assertUnchanged(store, before, signal, failure),
  };
}

/** An encoding by its name. */
export const encodingBound: Bound<string> = bound(
  "an encoding that TextDecoder knows, such as 'utf-8', 'latin1' or 'utf-16le'",
  (value) => {
    try {
      return typeof value === 'string' && new TextDecoder(value) !== undefined;
    } catch {
      return false;
    }
  },
);

type Compression = 'gzip' | 'zstd';

/** By the first bytes, whatever the name. */
function compressionOf(bytes: Uint8Array): Compression | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? 'zstd' : undefined;
}

/** All bytes, decompressed where they are compressed. */
async function* decompressed(
  store: ByteStore,
  signal: AbortSignal | undefined,
  isLast: boolean,
): AsyncGenerator<Uint8Array> {
  // The store's bytes are abandoned with it: one that waits for them must not wait on.
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const raw = store.stream(0, stop.signal, isLast);
  try {
    const first: Uint8Array[] = [];
    let size = 0;
    while (size < 4) {
      const { done, value } = await raw.next();
      if (done) break;
      first.push(value);
      size += value.length;
    }
    const compression = compressionOf(first.length === 1 ? first[0]! : Buffer.concat(first));
    if (compression) yield* decompress(store.name, compression, resumed(first, raw), signal);
    else yield* resumed(first, raw);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    stop.abort();
    await raw.return(undefined);
  }
}

async function* resumed(first: readonly Uint8Array[], rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}

async function* decompress(
  name: string,
  compression: Compression,
  bytes: AsyncGenerator<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const raw = Readable.from(bytes, { objectMode: false, highWaterMark: chunkBytes });
  try {
    yield* readStream(
      pipeline(raw, decompressor(compression), () => {}),
      signal,
    );
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw undecompressed(name, compression, error);
  } finally {
    raw.destroy();
  }
}

function decompressor(compression: Compression) {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: chunkBytes });
  return zlib.createZstdDecompress({ chunkSize: chunkBytes });
}

function undecompressed(name: string, compression: Compression, cause: unknown): unknown {
  if (cause instanceof SourceError || !(cause instanceof Error)) return cause;
  return new SourceError({
    where: name,
    expected: `a whole ${compression} file`,
    received: `one that cannot be decompressed (${cause.message})`,
    hint: 'It may be cut or damaged: write it again',
    cause,
  });
}

async function* transcode(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const encoder = new TextEncoder();
  try {
    for await (const chunk of chunks) yield encoder.encode(decoder.decode(chunk, { stream: true }));
    yield encoder.encode(decoder.decode());
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new SourceError({ where: name, expected: `text in ${encoding}`, received: 'bytes that are none', cause });
  }
}
