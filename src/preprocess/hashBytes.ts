import { mix32 } from '../engine/random.ts';

/**
 * 32 bits that depend on each byte: FNV-1a, then mixed.
 * @see Fowler, Noll, Vo and Eastlake, RFC 9923
 */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return mix32(hash);
}
