import { concat, defer, ignoreElements, type OperatorFunction, tap } from 'rxjs';
import { permutation, randomKey } from '../engine/random.ts';
import { SpillError } from '../errors.ts';
import { integer, megabytes, required, text } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { EncodedBatch } from '../preprocess/encode/encode.ts';
import type { RowLayout } from '../preprocess/types.ts';
import { layoutBound } from './batchBounds.ts';
import { type Chunk, createDealer } from './dealRows.ts';
import { permuteRows } from './permuteRows.ts';
import { bucketRows, readBucket } from './readBucket.ts';
import { openSpillFile, type SpillFile } from './spillFile.ts';
import { type Place, type Rows, SEGMENT_ROWS } from './types.ts';
import { createWindowMemory } from './windowMemory.ts';
import { windowRows } from './windowRows.ts';

/** The options of `createSpill`. */
export interface SpillOptions {
  /** The folder in which the rows are kept until `close`; made when only it is not there. */
  readonly directory: string;
  /** Memory for one bucket of encoded rows and their order, in MB (10^6 bytes); a positive number. */
  readonly memoryMB: number;
  /**
   * The most that may be written, in MB (10^6 bytes); a positive number.
   * @default as much as there is
   */
  readonly maxDiskMB?: number;
  readonly layout: RowLayout;
  /** The rows that will be dealt, or about so many; an integer, at least 0. They and the memory decide on the number of buckets. */
  readonly rows: number;
  /** The run's seed; an integer. */
  readonly seed: number;
}

/** Rows on disk, dealt once and given out in another order in each epoch. */
export interface Spill {
  /** The number of buckets, and so of windows in an epoch. */
  readonly buckets: number;
  /** What all rows take on disk. */
  readonly bytes: number;
  /** Whether all rows have been dealt. */
  readonly isDealt: boolean;
  /** Takes a stream's rows to disk in place of those before, emits nothing, and completes when all are there. */
  readonly deal: OperatorFunction<EncodedBatch, never>;
  /** The windows of an epoch from number `window` on, one at a time; empty ones are left out. Their places have no cursor. One that is released gives its memory to the next. */
  draw(from: Pick<Place, 'epoch' | 'window'>): AsyncGenerator<Rows>;
  /** Gives memory and disk back, once a window that is being read has been. What is drawn later is empty. */
  close(): Promise<void>;
}

/** What is written at once: more does not make it faster. */
const CHUNK_BYTES = 256 * 1024;

/**
 * An exact shuffle of more rows than memory holds, in two passes: each row is dealt at random into one of many buckets on disk, which then
 * are read in a random order, each permuted in memory. Every order of the rows is equally likely.
 *
 *   bucket of row i = floor(buckets u(seed, i));  order of buckets by (seed, epoch);  order in a bucket by (seed, epoch, window)
 *
 * Later epochs read the same buckets in another order. All of it depends on the seed and the rows alone: one that deals the same rows again
 * draws the same windows. A file takes `4 words` bytes a row; it has no name and goes with the process.
 *
 * @throws OptionError where `memoryMB`, `maxDiskMB`, `rows` or `seed` is out of its bounds
 * @throws SpillError where the rows take more than `maxDiskMB` or are too many for so little memory; in use, where the folder cannot be
 *   written to or the disk is full
 * @example concat(encoded$.pipe(rows.deal), defer(() => gate.draw(() => rows.draw({ epoch: 0, window: 0 }))))
 */
export function createSpill(options: SpillOptions): Spill {
  checkOptions<SpillOptions>('createSpill', options, {
    directory: required(text('the path of a folder')),
    memoryMB: required(megabytes),
    maxDiskMB: megabytes,
    layout: required(layoutBound),
    rows: required(integer({ least: 0 })),
    seed: required(integer()),
  });
  const { directory, memoryMB, layout, rows, seed } = options;
  const { words } = layout;
  const rowBytes = 4 * words;
  const buckets = bucketCount(rows, windowRows(memoryMB, layout));
  const bytes = rows * rowBytes;
  checkRoom(options, buckets, bytes);
  const chunkRows = chunkOf(Math.min(CHUNK_BYTES, (memoryMB * 1e6) / buckets) / rowBytes);
  let file: SpillFile | undefined;
  let chunks: readonly (readonly Chunk[])[] | undefined;
  let reading: Promise<unknown> = Promise.resolve();

  function closeFile(): void {
    file?.close();
    file = undefined;
    chunks = undefined;
  }

  return {
    buckets,
    bytes,
    get isDealt() {
      return chunks !== undefined;
    },
    deal: (encoded$) =>
      defer(() => {
        closeFile();
        const opened = openSpillFile(directory);
        file = opened;
        const dealer = createDealer({ file: opened, buckets, chunkRows, words, seed });
        return concat(
          encoded$.pipe(tap(dealer.add), ignoreElements()),
          defer(() => {
            chunks = dealer.finish();
            return [];
          }),
        );
      }),
    async *draw({ epoch, window }) {
      if (!file || !chunks) return;
      const memory = createWindowMemory(words, Math.max(...chunks.map(bucketRows)));
      const order = permutation(randomKey(seed, 'shuffle', epoch), buckets);
      for (let number = window; number < buckets; number++) {
        if (!file || !chunks) return;
        const bucket = readBucket(file, chunks[order[number]], words, memory);
        reading = bucket.catch(() => {});
        const { length, segments, taken } = await bucket;
        if (length === 0) continue;
        const place: Place = { epoch, window: number, cursor: null, skip: 0 };
        const rows = permuteRows({ layout, length, segments, place }, seed, memory.takeOrder(length));
        yield { ...rows, release: () => memory.giveBack(taken, rows.order) };
      }
    },
    async close() {
      await reading;
      closeFile();
    },
  };
}

/** The largest power of two that is not above `rows`, so that chunks fill segments. */
function chunkOf(rows: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(SEGMENT_ROWS, Math.max(1, rows))));
}

function checkRoom(
  { directory, memoryMB, maxDiskMB, rows, layout }: SpillOptions,
  buckets: number,
  bytes: number,
): void {
  const where = `shuffle.spill, ${directory}`;
  if (maxDiskMB !== undefined && bytes > maxDiskMB * 1e6) {
    throw new SpillError({
      where,
      expected: `at most the ${maxDiskMB} MB of maxDiskMB`,
      received: `${rows} rows of ${4 * layout.words} bytes, ${(bytes / 1e6).toFixed(1)} MB`,
      hint: 'Raise shuffle.spill.maxDiskMB, or give shuffle.memoryMB enough for all rows',
    });
  }
  // While rows are dealt, one of each bucket must have a place in memory.
  if (buckets > windowRows(memoryMB, layout)) {
    throw new SpillError({
      where,
      expected: `memory in which a row of each bucket has a place`,
      received: `${buckets} buckets for ${rows} rows, and ${memoryMB} MB`,
      hint: `Set shuffle.memoryMB to ${Math.ceil((2 * (Math.sqrt(rows) + 6) * (4 * layout.words + 4)) / 1e4) / 100} or more`,
    });
  }
}

/** Standard deviations by which a bucket may be fuller than the mean. One in a thousand million is. */
const SPREAD = 6;

/**
 * The number of buckets among which rows are dealt so that none holds more than `capacity`, as good as surely: a bucket gets about
 * m rows with a standard deviation of sqrt(m), and m + 6 sqrt(m) is at most the capacity.
 *
 * @param rows all that will be dealt
 * @param capacity rows of one bucket, at least 1
 * @example bucketCount(2_850_000, 500_000) //=> 6
 */
export function bucketCount(rows: number, capacity: number): number {
  const half = SPREAD / 2;
  const mean = (Math.sqrt(half * half + capacity) - half) ** 2;
  return Math.max(1, Math.ceil(rows / mean));
}
