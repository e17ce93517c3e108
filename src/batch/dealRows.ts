import { keyed, randomKey } from '../engine/random.ts';
import type { EncodedBatch } from '../preprocess/encode/encode.ts';
import type { SpillFile } from './spillFile.ts';

/** Rows of one bucket that lie side by side in the file. */
export interface Chunk {
  /** The first byte in the file. */
  readonly at: number;
  readonly rows: number;
}

export interface DealerOptions {
  readonly file: Pick<SpillFile, 'append'>;
  readonly buckets: number;
  /** Rows of a bucket that are collected before they are written. */
  readonly chunkRows: number;
  /** Words of a row. */
  readonly words: number;
  readonly seed: number;
}

/** Deals rows into buckets. */
export interface Dealer {
  add(batch: Pick<EncodedBatch, 'words' | 'n'>): void;
  /** Writes what is still collected, and tells where the rows of each bucket lie, in the order in which they came. */
  finish(): readonly (readonly Chunk[])[];
}

/**
 * Row number i of the stream goes into the bucket that (seed, 'shuffle', i) names. Rows are collected and written a chunk at a time, each
 * at the end of the file: the disk sees one long write.
 *
 * Takes `4 buckets chunkRows words` bytes.
 */
export function createDealer({ file, buckets, chunkRows, words, seed }: DealerOptions): Dealer {
  const key = randomKey(seed, 'shuffle');
  const collected = new Int32Array(buckets * chunkRows * words);
  const bytes = new Uint8Array(collected.buffer);
  const filled = new Int32Array(buckets);
  const chunks: Chunk[][] = Array.from({ length: buckets }, () => []);
  let row = 0;
  let at = 0;

  function write(bucket: number): void {
    const rows = filled[bucket];
    const begin = 4 * words * chunkRows * bucket;
    file.append(bytes.subarray(begin, begin + 4 * words * rows));
    chunks[bucket].push({ at, rows });
    at += 4 * words * rows;
    filled[bucket] = 0;
  }

  return {
    add(batch) {
      const { n } = batch;
      const source = new Int32Array(batch.words.buffer, batch.words.byteOffset, n * words);
      for (let i = 0, from = 0; i < n; i++, row++) {
        const bucket = Math.floor((keyed(key, row) / 2 ** 32) * buckets);
        let to = (bucket * chunkRows + filled[bucket]) * words;
        for (const end = from + words; from < end; ) collected[to++] = source[from++];
        if (++filled[bucket] === chunkRows) write(bucket);
      }
    },
    finish() {
      for (let bucket = 0; bucket < buckets; bucket++) if (filled[bucket] > 0) write(bucket);
      return chunks;
    },
  };
}
