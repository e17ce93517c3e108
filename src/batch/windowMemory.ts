import { SEGMENT_ROWS } from '../types.ts';

/** Memory for windows of one size, some of which has been used before. What is in it is left from then. */
export interface WindowMemory {
  /** For as many rows as a window has, at the most `SEGMENT_ROWS`. */
  takeSegment(): Float32Array;
  /** For the order of so many rows, or of more. */
  takeOrder(rows: number): Uint32Array;
  /** Takes back what nobody looks at any more. */
  giveBack(segments: readonly Float32Array[], order?: Uint32Array): void;
}

/**
 * @param words of a row
 * @param capacity rows of a window
 */
export function createWindowMemory(words: number, capacity: number): WindowMemory {
  const segments: Float32Array[] = [];
  const orders: Uint32Array[] = [];
  return {
    takeSegment: () => segments.pop() ?? new Float32Array(Math.min(SEGMENT_ROWS, capacity) * words),
    takeOrder(rows) {
      const used = orders.pop();
      return used && used.length >= rows ? used : new Uint32Array(rows);
    },
    giveBack(used, order) {
      segments.push(...used);
      if (order) orders.push(order);
    },
  };
}
