import { type Place, SEGMENT_ROWS } from '../types.ts';

/** A window that fills with encoded rows; memory is taken a segment at a time. */
export interface RowWindow {
  readonly place: Place;
  length(): number;
  /** Copies rows `row ... n` of `words`, as many as there is room for, and gives their number. */
  add(words: Float32Array, row: number, n: number): number;
  /** The rows so far, the last segment cut to them. */
  segments(): Float32Array[];
}

export function createWindow(place: Place, words: number, capacity: number): RowWindow {
  const segments: Float32Array[] = [];
  let length = 0;
  return {
    place,
    length: () => length,
    add(source, row, n) {
      const first = row;
      while (row < n && length < capacity) {
        const at = length % SEGMENT_ROWS;
        if (at === 0) segments.push(new Float32Array(Math.min(SEGMENT_ROWS, capacity - length) * words));
        const count = Math.min(n - row, SEGMENT_ROWS - at, capacity - length);
        segments[segments.length - 1].set(source.subarray(row * words, (row + count) * words), at * words);
        row += count;
        length += count;
      }
      return row - first;
    },
    segments() {
      const rest = length % SEGMENT_ROWS;
      return rest === 0
        ? segments
        : [...segments.slice(0, -1), segments[segments.length - 1].subarray(0, rest * words)];
    },
  };
}
