import { mix32 } from '../../engine/random.ts';

/** Strings of this many bytes or fewer and of the same length are equal where their hashes are: each step below can be undone. */
export const EXACT_BYTES = 4;

/** 32 bits that depend on each byte and their number: four bytes at a time, then the rest, then mixed. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = (to - from) ^ 0x811c9dc5;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = Math.imul(hash ^ word, 0x85ebca77);
    hash ^= hash >>> 15;
  }
  let rest = 0;
  for (; i < to; i++) rest = (rest << 8) | bytes[i];
  return mix32(Math.imul(hash ^ rest, 0x9e3779b1));
}
