import { freeBuffer } from '../engine/freeBuffer.ts';
import type { Snapshot } from './types.ts';

/** Gives the memory of a snapshot's tensors back at once: they are empty from then on. For whoever had the copy made, when it is encoded. */
export function freeSnapshot({ tensors }: Snapshot): void {
  for (const { data } of Object.values(tensors)) freeBuffer(data.buffer);
}
