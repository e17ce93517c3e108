import { SEGMENT_ROWS } from './types.ts';

/** Memory for windows of one size, some of which has been used before. What is in it is left from then. */
export interface WindowMemory {
  /** For so many rows, or more; at the most `SEGMENT_ROWS`, and as many as a window has. That many by default. */
  takeSegment(rows?: number): Float32Array;
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
    takeSegment(rows = SEGMENT_ROWS) {
      const wanted = Math.min(SEGMENT_ROWS, capacity, rows) * words;
      const used = segments.pop();
      return used && used.length >= wanted ? used : new Float32Array(wanted);
    },
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
