import type { Pipeline } from '../declare/pipeline.ts';

/** Memory for rows that are not shuffled: they only pass through. */
export const streamWindowMB = 16;

/** Memory for a window of rows, in MB (10^6 bytes). */
export function windowMB({ shuffle }: Pick<Pipeline, 'shuffle'>): number {
  return shuffle ? shuffle.memoryMB : streamWindowMB;
}
