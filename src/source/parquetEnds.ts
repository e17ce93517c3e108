import { createHash } from 'node:crypto';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { SourceError } from '../errors.ts';
import type { Json } from '../types.ts';
import { fileState, unreadable } from './fileState.ts';

/** The mark at both ends, and the length of the footer before the last one. */
const leastBytes = 12;

/**
 * Looks at the first and the last bytes of a file, so that what is no Parquet file is told in words better than the decoder's.
 *
 * @throws SourceError where the file does not begin and end as a Parquet file does
 */
export async function checkParquetEnds(where: string, path: string): Promise<void> {
  await reading(where, path, async (read, size) => {
    const [begin, end] = [await read(4, 0), await read(4, size - 4)].map((bytes) => bytes.toString('latin1'));
    if (begin === 'PARE' || end === 'PARE') {
      throw new SourceError({
        where,
        expected: 'a Parquet file that is not encrypted',
        received: 'an encrypted one',
        hint: 'Decrypt it into another file',
      });
    }
    if (begin !== 'PAR1' || end !== 'PAR1') {
      throw new SourceError({
        where,
        expected: "a whole Parquet file, which begins and ends with 'PAR1'",
        received: `one of ${size} bytes that begins with ${JSON.stringify(begin)} and ends with ${JSON.stringify(end)}`,
        hint: begin === 'PAR1' ? 'It was cut, or is still being written: write it again' : undefined,
      });
    }
  });
}

/**
 * What changes when the content does: the size, and sha256 of the first 64 kB and of the footer, which holds size and place of every
 * column chunk; at least of the last 64 kB.
 */
export async function parquetFingerprint(where: string, path: string): Promise<Json> {
  return reading(where, path, async (read, size) => {
    const ends = Math.min(size, 65_536);
    const footer = 8 + (await read(4, size - 8)).readUInt32LE();
    const last = footer <= size ? Math.max(ends, footer) : ends;
    const hash = createHash('sha256').update(await read(ends, 0));
    return { format: 'parquet', bytes: size, sha256: hash.update(await read(last, size - last)).digest('hex') };
  });
}

/** The bytes of the footer, without its length and the mark after it; none where the file is too short for what it says. */
export async function readParquetFooter(where: string, path: string): Promise<Uint8Array> {
  return reading(where, path, async (read, size) => {
    const length = (await read(4, size - 8)).readUInt32LE();
    return length + leastBytes <= size ? read(length, size - 8 - length) : new Uint8Array();
  });
}

type Read = (length: number, position: number) => Promise<Buffer>;

async function reading<T>(where: string, path: string, use: (read: Read, size: number) => Promise<T>): Promise<T> {
  const { size } = await fileState(where, path);
  if (size < leastBytes) {
    throw new SourceError({ where, expected: 'a whole Parquet file', received: `a file of ${size} bytes` });
  }
  const file: FileHandle = await openFile(path).catch((cause) => {
    throw unreadable(where, cause);
  });
  try {
    return await use(async (length, position) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    }, size);
  } finally {
    await file.close();
  }
}
