import { SEGMENT_ROWS, SEGMENT_SHIFT } from '../types.ts';
import type { Chunk } from './dealRows.ts';
import type { SpillFile } from './spillFile.ts';

/** Reads that are under way at once. */
const READS = 16;

/**
 * Reads the rows of a bucket into segments. Full chunks hold a power of two of rows, so that none spans two segments.
 *
 * @param words of a row
 */
export async function readBucket(
  file: Pick<SpillFile, 'read'>,
  chunks: readonly Chunk[],
  words: number,
): Promise<{ readonly length: number; readonly segments: readonly Float32Array[] }> {
  const length = chunks.reduce((sum, { rows }) => sum + rows, 0);
  const segments: Float32Array[] = [];
  for (let row = 0; row < length; row += SEGMENT_ROWS) {
    segments.push(new Float32Array(Math.min(SEGMENT_ROWS, length - row) * words));
  }
  let row = 0;
  for (let first = 0; first < chunks.length; first += READS) {
    const reads = chunks.slice(first, first + READS).map(({ at, rows }) => {
      const begin = (row & (SEGMENT_ROWS - 1)) * words;
      const place = segments[row >>> SEGMENT_SHIFT].subarray(begin, begin + rows * words);
      row += rows;
      return file.read(new Uint8Array(place.buffer, place.byteOffset, place.byteLength), at);
    });
    await Promise.all(reads);
  }
  return { length, segments };
}
