import { setImmediate } from 'node:timers/promises';
import { BadRecord, type RecordSpan } from './badRecord.ts';
import { type Cells, clearRow } from './cells.ts';
import { nextLine } from './nextLine.ts';

/** Finds records, and the values in them. */
export interface RecordFinder {
  /**
   * Finds whole records in `bytes[start, end)`, adds them to the cells while these hold fewer than `limit` rows, and returns
   * the offset after the last of them, and after what is to be passed over.
   *
   * @param last whether the bytes end there, so that what is there is whole
   * @throws BadRecord where the first record is malformed, with its span; one after it is left for the next call
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
  /** Why the only record of the block, which has no values, cannot be read; its offsets are those of `bytes`. */
  readonly bad?: BadRecord;
}

/** A record that is longer is taken for a quote that was not closed. */
export const longestRecord = 1 << 26;

/**
 * Cuts chunks of bytes into blocks of whole records, however the chunks are cut.
 *
 * @param from the offset of the first chunk in the input, for the blocks' offsets
 * @param room rows that the next block may have
 * @param badRows whether a record that is malformed ends all, or is a block of its own
 * @param waiting whether a block without records comes where the next chunk is not there yet
 * @throws BadRecord with an offset in the input
 */
export async function* recordBlocks(
  chunks: AsyncIterable<Uint8Array>,
  finder: RecordFinder,
  cells: Cells,
  from: number,
  room: () => number,
  badRows: 'throw' | 'return' = 'throw',
  waiting = false,
): AsyncGenerator<RecordBlock> {
  const iterator = chunks[Symbol.asyncIterator]();
  let bytes: Uint8Array = new Uint8Array(0);
  let start = 0;
  let base = from;
  let last = false;

  /** Finds the next records: how many they are, and why the only one of them cannot be read. */
  function find(): BadRecord | undefined {
    cells.rows = 0;
    try {
      start = finder.find(bytes, start, bytes.length, last, cells, Math.min(cells.capacity, room()));
      return undefined;
    } catch (error) {
      if (error instanceof BadRecord && error.span && badRows === 'return') return passOver(error, error.span);
      throw error;
    }
  }

  function passOver(bad: BadRecord, { begin, next }: RecordSpan): BadRecord {
    cells.rows = 1;
    clearRow(cells, 0);
    cells.rowStarts[0] = begin;
    cells.rowEnds[0] = next;
    start = next;
    return bad;
  }

  function tooLong(): BadRecord {
    const expected = `a record of at most ${longestRecord} bytes`;
    const span = { begin: start, next: nextLine(bytes, start, bytes.length, true) };
    const bad = new BadRecord(start, expected, 'a longer one', 'Is a quote not closed', span);
    if (badRows === 'throw') throw bad;
    return passOver(bad, span);
  }

  try {
    for (;;) {
      do {
        let bad = find();
        if (cells.rows === 0 && !last && bytes.length - start > longestRecord) bad = tooLong();
        if (cells.rows > 0) yield { bytes, cells, base, next: base + start, ...(bad && { bad }) };
      } while (cells.rows > 0);
      if (last) return;
      // What has been looked at without an end is looked at again when there is twice as much.
      const parts: Uint8Array[] = [bytes.subarray(start)];
      let size = parts[0]!.length;
      base += start;
      start = 0;
      const wanted = 2 * size;
      do {
        const next = iterator.next();
        if (waiting && !(await isThere(next))) {
          cells.rows = 0;
          yield { bytes: parts[0]!, cells, base, next: base };
        }
        const { done, value } = await next;
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
    if (error instanceof BadRecord) error.at += base;
    throw error;
  } finally {
    await iterator.return?.();
  }
}

/** Whether a promise is settled once all that is due has been done. */
async function isThere(promise: Promise<unknown>): Promise<boolean> {
  const late = Symbol('late');
  return (await Promise.race([promise, setImmediate(late)])) !== late;
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
