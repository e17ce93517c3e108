import { type Place, SEGMENT_ROWS } from '../types.ts';
import type { WindowMemory } from './windowMemory.ts';

/** A window that fills with encoded rows; memory is taken a segment at a time. */
export interface RowWindow {
  readonly place: Place;
  length(): number;
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
  return {
    place,
    taken,
    length: () => length,
    add(source, row, n) {
      const first = row;
      while (row < n && length < capacity) {
        const at = length % SEGMENT_ROWS;
        if (at === 0) taken.push(memory.takeSegment());
        const count = Math.min(n - row, SEGMENT_ROWS - at, capacity - length);
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
