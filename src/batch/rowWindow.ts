import { type Place, SEGMENT_ROWS } from './types.ts';
import type { WindowMemory } from './windowMemory.ts';

/** A window that fills with encoded rows; memory is taken as they come, a segment at a time after the first. */
export interface RowWindow {
  readonly place: Place;
  length(): number;
  isFull(): boolean;
  /** Copies rows `row ... n` of `words`, as many as there is room for, and gives their number. */
  add(words: Float32Array, row: number, n: number): number;
  /** The rows so far, the last segment cut to them. */
  segments(): Float32Array[];
  /** The segments as they were taken. */
  readonly taken: readonly Float32Array[];
}

export function createWindow(
  place: Place,
  words: number,
  capacity: number,
  memory: Pick<WindowMemory, 'takeSegment'>,
): RowWindow {
  const taken: Float32Array[] = [];
  let length = 0;

  /** Makes room for `count` rows more in the last segment; that of a window of a few rows is small. */
  function reserve(at: number, count: number): void {
    if (at === 0) {
      taken.push(memory.takeSegment(length === 0 ? count : SEGMENT_ROWS));
      return;
    }
    const last = taken[taken.length - 1];
    const room = last.length / words;
    if (room >= at + count) return;
    const larger = memory.takeSegment(Math.max(2 * room, at + count));
    larger.set(last);
    taken[taken.length - 1] = larger;
  }

  return {
    place,
    taken,
    length: () => length,
    isFull: () => length === capacity,
    add(source, row, n) {
      const first = row;
      while (row < n && length < capacity) {
        const at = length % SEGMENT_ROWS;
        const count = Math.min(n - row, SEGMENT_ROWS - at, capacity - length);
        reserve(at, count);
        taken[taken.length - 1].set(source.subarray(row * words, (row + count) * words), at * words);
        row += count;
        length += count;
      }
      return row - first;
    },
    segments: () =>
      taken.map((segment, i) => segment.subarray(0, Math.min(SEGMENT_ROWS, length - i * SEGMENT_ROWS) * words)),
  };
}
