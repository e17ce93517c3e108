import { createHash } from 'node:crypto';
import { SourceError } from '../../errors.ts';
import type { Json } from '../../json.ts';
import type { ByteStore, FileState } from '../input/byteStore.ts';
import { kindBytes, otherKind } from '../input/fileKind.ts';
import { readThrift } from './thriftReader.ts';

/** The mark at both ends, and the length of the footer before the last one. */
const leastBytes = 12;

/**
 * Looks at the first and the last bytes of a file, so that what is no Parquet file is told in words better than the decoder's.
 *
 * @throws SourceError where the file does not begin and end as a Parquet file does
 */
export async function checkParquetEnds(store: ByteStore, signal: AbortSignal | undefined): Promise<void> {
  const where = store.name;
  const { read, size } = await endsOf(store, signal);
  const [begin, end] = [await read(4, 0), await read(4, size - 4)].map((bytes) => bytes.toString('latin1'));
  if (begin === 'PARE' || end === 'PARE') throw encrypted(where);
  if (begin !== 'PAR1' || end !== 'PAR1') {
    const wrong = otherKind(where, 'parquet', await read(kindBytes, 0));
    if (wrong) throw wrong;
    throw new SourceError({
      where,
      expected: "a whole Parquet file, which begins and ends with 'PAR1'",
      received: `one of ${size} bytes that begins with ${JSON.stringify(begin)} and ends with ${JSON.stringify(end)}`,
      hint: begin === 'PAR1' ? 'It was cut, or is still being written: write it again' : undefined,
    });
  }
}

function encrypted(where: string): SourceError {
  return new SourceError({
    where,
    expected: 'a Parquet file that is not encrypted',
    received: 'an encrypted one',
    hint: 'Decrypt it into another file',
  });
}

/**
 * Looks at a footer that cannot be decoded.
 *
 * @throws SourceError where it says that columns are encrypted
 */
export function checkNotEncrypted(where: string, footer: Uint8Array): void {
  let algorithm: unknown;
  try {
    algorithm = readThrift(footer)[8];
  } catch (error) {
    // Damaged in other ways.
    if (!(error instanceof RangeError)) throw error;
  }
  if (algorithm !== undefined) throw encrypted(where);
}

/** Of a file of this machine that has more, as many bytes are hashed, in evenly spread blocks: a start must not take minutes. */
const hashedBytes = 1 << 28;
const blockBytes = 1 << 20;

/**
 * What changes when the content does: the size, and sha256 of all of a file of this machine, or of 256 MB of it; of a file on a server,
 * its version and sha256 of the first 64 kB. Of each, the footer is hashed too, which holds size and place of every column chunk.
 */
export async function parquetFingerprint(store: ByteStore, signal: AbortSignal | undefined): Promise<Json> {
  const { read, size, version } = await endsOf(store, signal);
  const isLocal = store.path !== undefined;
  const ends = Math.min(size, 65_536);
  const hash = createHash('sha256');
  if (isLocal) for (const at of blocksOf(size)) hash.update(await read(blockBytes, at));
  else hash.update(await read(ends, 0));
  const footer = 8 + (await read(4, size - 8)).readUInt32LE();
  const last = footer <= size ? Math.max(ends, footer) : ends;
  const sha256 = hash.update(await read(last, size - last)).digest('hex');
  return { format: 'parquet', bytes: size, ...(!isLocal && { version }), sha256 };
}

/** Where the blocks begin that are hashed: one after the other, or evenly spread where they are fewer than the file has. */
function blocksOf(size: number): number[] {
  const count = Math.ceil(Math.min(size, hashedBytes) / blockBytes);
  const step = size <= hashedBytes ? blockBytes : Math.floor((size - blockBytes) / (count - 1));
  return Array.from({ length: count }, (_, i) => i * step);
}

/** The bytes of the footer, without its length and the mark after it; none where the file is too short for what it says. */
export async function readParquetFooter(store: ByteStore, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { read, size } = await endsOf(store, signal);
  const length = (await read(4, size - 8)).readUInt32LE();
  return length + leastBytes <= size ? read(length, size - 8 - length) : new Uint8Array();
}

interface Ends {
  readonly size: number;
  readonly version: string;
  read(length: number, position: number): Promise<Buffer>;
}

/** Looks whether there is a file whose ends can be read. */
async function endsOf(store: ByteStore, signal: AbortSignal | undefined): Promise<Ends> {
  const { size = 0, version } = await seekableState(store, signal);
  if (size < leastBytes) {
    const received = size === 0 ? 'an empty file' : `a file of ${size} bytes`;
    throw new SourceError({ where: store.name, expected: 'a whole Parquet file', received });
  }
  const read: Ends['read'] = async (length, position) => {
    const { buffer, byteOffset, byteLength } = await store.read(position, length, signal);
    return Buffer.from(buffer, byteOffset, byteLength);
  };
  return { size, version, read };
}

/**
 * The state of a file that can be read from any place.
 *
 * @throws SourceError where it cannot
 */
export async function seekableState(store: ByteStore, signal: AbortSignal | undefined): Promise<FileState> {
  const state = await store.state(signal);
  if (state && (await store.canSeek(signal))) return state;
  throw new SourceError({
    where: store.name,
    expected: 'a file whose parts can be read: a Parquet file says at its end where its columns are',
    received: state ? 'a server that does not give ranges' : 'a stream',
    hint: 'Copy it to this machine',
  });
}
