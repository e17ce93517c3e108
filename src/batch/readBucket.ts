import type { Chunk } from './dealRows.ts';
import type { SpillFile } from './spillFile.ts';
import { SEGMENT_ROWS, SEGMENT_SHIFT } from './types.ts';
import type { WindowMemory } from './windowMemory.ts';

/** Reads that are under way at once. */
const READS = 16;

/**
 * Reads the rows of a bucket into segments. Full chunks hold a power of two of rows, so that none spans two segments.
 *
 * @param words of a row
 * @param memory of windows that are as large as the bucket, or larger
 * @returns the segments, the last one cut to the rows, and as they were taken
 */
export async function readBucket(
  file: Pick<SpillFile, 'read'>,
  chunks: readonly Chunk[],
  words: number,
  memory: Pick<WindowMemory, 'takeSegment'>,
): Promise<{
  readonly length: number;
  readonly segments: readonly Float32Array[];
  readonly taken: readonly Float32Array[];
}> {
  const length = bucketRows(chunks);
  const taken = Array.from({ length: Math.ceil(length / SEGMENT_ROWS) }, memory.takeSegment);
  const segments = taken.map((segment, i) =>
    segment.subarray(0, Math.min(SEGMENT_ROWS, length - i * SEGMENT_ROWS) * words),
  );
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
  return { length, segments, taken };
}

/** The rows of a bucket. */
export function bucketRows(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { rows }) => sum + rows, 0);
}
