import { setImmediate } from 'node:timers/promises';
import { BadRecord } from './badRecord.ts';
import type { Cells } from './cells.ts';

/** Finds records, and the values in them. */
export interface RecordFinder {
  /**
   * Finds whole records in `bytes[start, end)`, adds them to the cells while these hold fewer than `limit` rows, and returns
   * the offset after the last of them, and after what is to be passed over.
   *
   * @param last whether the bytes end there, so that what is there is whole
   * @throws BadRecord where the first record is malformed; one after it is left for the next call
   */
  find(bytes: Uint8Array, start: number, end: number, last: boolean, cells: Cells, limit: number): number;
}

/** Records that were found, valid until the next block. */
export interface RecordBlock {
  readonly bytes: Uint8Array;
  readonly cells: Cells;
  /** The offset of `bytes` in the input. */
  readonly base: number;
  /** The offset in the input after the records. */
  readonly next: number;
}

/** A record that is longer is taken for a quote that was not closed. */
const longestRecord = 1 << 26;

/**
 * Cuts chunks of bytes into blocks of whole records, however the chunks are cut.
 *
 * @param from the offset of the first chunk in the input, for the blocks' offsets
 * @param room rows that the next block may have
 * @throws BadRecord with an offset in the input
 */
export async function* recordBlocks(
  chunks: AsyncIterable<Uint8Array>,
  finder: RecordFinder,
  cells: Cells,
  from: number,
  room: () => number,
): AsyncGenerator<RecordBlock> {
  const iterator = chunks[Symbol.asyncIterator]();
  let bytes: Uint8Array = new Uint8Array(0);
  let start = 0;
  let base = from;
  let last = false;
  try {
    for (;;) {
      do {
        cells.rows = 0;
        start = finder.find(bytes, start, bytes.length, last, cells, Math.min(cells.capacity, room()));
        if (cells.rows > 0) yield { bytes, cells, base, next: base + start };
      } while (cells.rows > 0);
      if (last) return;
      // What has been looked at without an end is looked at again when there is twice as much.
      const parts: Uint8Array[] = [bytes.subarray(start)];
      let size = parts[0]!.length;
      if (size > longestRecord) {
        throw new BadRecord(
          start,
          `a record of at most ${longestRecord} bytes`,
          'a longer one',
          'Is a quote not closed',
        );
      }
      base += start;
      start = 0;
      const wanted = 2 * size;
      do {
        const { done, value } = await iterator.next();
        if (done) last = true;
        else {
          parts.push(value);
          size += value.length;
        }
      } while (!last && size < wanted);
      bytes = parts[0]!.length === 0 && parts.length === 2 ? parts[1]! : concat(parts, size);
      // Timers are not kept waiting by bytes that are there.
      await setImmediate();
    }
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    throw new BadRecord(base + error.at, error.expected, error.received, error.hint);
  } finally {
    await iterator.return?.();
  }
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
