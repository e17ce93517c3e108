import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open as openFile, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import { OptionError, SourceError } from '../errors.ts';
import type { Json } from '../types.ts';
import { untilAborted } from './untilAborted.ts';

/** Bytes one after the other: a Node stream, a stream of the web, or any iterable of them. */
export type ByteChunks = Readable | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A file, or a function that gives its bytes from the start, each time anew. */
export type InputPlace = string | URL | (() => ByteChunks);

/** Bytes that can be read from any place, more than once. */
export interface ByteInput {
  /** The format and the path, or `stream`: the name of its source. */
  readonly name: string;
  /** The path of a file whose bytes are what `chunks` gives. */
  plainPath(): Promise<string | undefined>;
  /** Tells two states of a file apart as far as can be told without reading it; undefined where it is no file. */
  state(): Promise<FileState | undefined>;
  /**
   * The bytes from an offset on, decompressed and as UTF-8; offsets count those. A file that is neither compressed nor in another
   * encoding is not read up to there.
   *
   * @throws SourceError where there is no such file, it cannot be decompressed or decoded, or it ends before the offset
   */
  chunks(from: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array>;
  /** Bytes and sha256 of the file as it lies there. */
  fingerprint(signal: AbortSignal | undefined): Promise<{ readonly [key: string]: Json }>;
  /** @throws SourceError where the file is not as it was */
  assertUnchanged(before: FileState | undefined): Promise<void>;
}

export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
}

export interface ByteInputOptions {
  /** The format, as in the source's name. */
  readonly format: string;
  /** A label that `TextDecoder` knows; UTF-8, or bytes that are no text, when absent. */
  readonly encoding?: string | undefined;
}

const chunkBytes = 1 << 18;

export function createByteInput(place: InputPlace, { format, encoding }: ByteInputOptions): ByteInput {
  const path = typeof place === 'function' ? undefined : typeof place === 'string' ? place : fileURLToPath(place);
  const name = `${format} ${path ?? 'stream'}`;
  const isUtf8 = encoding === undefined || new TextDecoder(encoding).encoding === 'utf-8';
  let known: { readonly state: FileState; readonly sha256: string } | undefined;

  async function state(): Promise<FileState | undefined> {
    if (path === undefined) return undefined;
    const file = await stat(path).catch((cause) => {
      throw unreadable(name, cause);
    });
    if (file.isDirectory()) throw new SourceError({ where: name, expected: 'a file', received: 'a folder' });
    return { size: file.size, mtimeMs: file.mtimeMs };
  }

  async function* chunks(from: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    signal?.throwIfAborted();
    const compression = path === undefined ? undefined : await compressionOf(name, path);
    const canSeek = path !== undefined && compression === undefined && isUtf8;
    const raw = typeof place === 'function' ? streamOf(place()) : openStream(path!, canSeek ? from : 0);
    const stream = compression ? pipeline(raw, decompressor(name, compression), () => {}) : raw;
    const onAbort = () => {
      // Without its reason, which need not be an error.
      raw.destroy();
      stream.destroy();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    let skip = canSeek ? 0 : from;
    try {
      for await (const chunk of isUtf8
        ? readAll(stream, signal)
        : transcode(name, readAll(stream, signal), encoding!)) {
        signal?.throwIfAborted();
        if (skip >= chunk.length) skip -= chunk.length;
        else {
          yield skip > 0 ? chunk.subarray(skip) : chunk;
          skip = 0;
          signal?.throwIfAborted();
        }
      }
      if (skip > 0) {
        const received = `an end ${skip} bytes before it`;
        throw new SourceError({ where: name, expected: `a place at byte ${from}`, received });
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw compression
        ? undecompressed(name, compression, error)
        : path === undefined
          ? error
          : unreadable(name, error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      raw.destroy();
      stream.destroy();
    }
  }

  return {
    name,
    plainPath: async () => (path !== undefined && isUtf8 && !(await compressionOf(name, path)) ? path : undefined),
    state,
    chunks,
    async fingerprint(signal) {
      const now = await state();
      if (path === undefined || now === undefined) return {} as { readonly [key: string]: Json };
      if (!known || !isSame(known.state, now)) {
        const hash = createHash('sha256');
        const stream = openStream(path, 0);
        try {
          for await (const chunk of readAll(stream, signal)) hash.update(chunk);
        } finally {
          stream.destroy();
        }
        known = { state: now, sha256: hash.digest('hex') };
      }
      return { bytes: now.size, sha256: known.sha256 };
    },
    async assertUnchanged(before) {
      const now = await state();
      if (before === undefined || now === undefined || isSame(before, now)) return;
      throw new SourceError({
        where: name,
        expected: 'the file to stay as it is while it is read',
        received: `a file that was changed meanwhile (${before.size} bytes, now ${now.size})`,
        hint: 'Write new data to a new file',
      });
    },
  };
}

export function isSame(a: FileState | undefined, b: FileState | undefined): boolean {
  return a?.size === b?.size && a?.mtimeMs === b?.mtimeMs;
}

/** @throws OptionError where no such encoding is known */
export function checkEncoding(where: string, encoding: string): void {
  try {
    new TextDecoder(encoding);
  } catch {
    throw new OptionError({
      where,
      expected: "an encoding that TextDecoder knows, such as 'utf-8', 'latin1' or 'utf-16le'",
      received: encoding,
    });
  }
}

function openStream(path: string, start: number): Readable {
  return createReadStream(path, { start, highWaterMark: chunkBytes });
}

function streamOf(chunks: ByteChunks): Readable {
  return chunks instanceof Readable ? chunks : Readable.from(chunks, { objectMode: false, highWaterMark: chunkBytes });
}

/** All chunks of a stream, or the signal's reason as soon as it is given. */
async function* readAll(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await untilAborted(iterator.next(), signal);
    if (done) return;
    yield typeof value === 'string' ? Buffer.from(value) : value;
  }
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

type Compression = 'gzip' | 'zstd';

/** By its first bytes, whatever its name. */
async function compressionOf(name: string, path: string): Promise<Compression | undefined> {
  try {
    const file = await openFile(path);
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
      if (bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip';
      return bytesRead === 4 && buffer.readUInt32LE() === 0xfd2fb528 ? 'zstd' : undefined;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

function decompressor(name: string, compression: Compression) {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize: chunkBytes });
  // Node has it from 22.15 on.
  if ('createZstdDecompress' in zlib) return zlib.createZstdDecompress({ chunkSize: chunkBytes });
  throw new SourceError({
    where: name,
    expected: 'a file that this version of Node can decompress',
    received: `one compressed by zstd, on Node ${process.versions.node}`,
    hint: 'Use Node 22.15 or later, or decompress the file',
  });
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

function unreadable(name: string, cause: unknown): unknown {
  if (cause instanceof SourceError || !(cause instanceof Error)) return cause;
  const isMissing = 'code' in cause && cause.code === 'ENOENT';
  return new SourceError({
    where: name,
    expected: 'a file that can be read',
    received: isMissing ? 'no such file' : cause.message,
    hint: isMissing ? 'Check the path; it is relative to the folder in which the command runs' : undefined,
    cause,
  });
}
