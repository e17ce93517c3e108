import type { RowLayout } from '../preprocess/types.ts';

/**
 * The encoded rows that a window of so much memory holds, with four bytes each for their order: at least 1.
 *
 * @param memoryMB in 10^6 bytes
 * @example windowRows(1, { words: 4, width: 3, fields: [] }) //=> 50000
 */
export function windowRows(memoryMB: number, { words }: RowLayout): number {
  return Math.max(1, Math.floor((memoryMB * 1e6) / (4 * words + 4)));
}
