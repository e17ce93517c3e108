import type { RandomKey } from './types.ts';

/**
 * Counter-based random numbers: (seed, purpose, path) names a sequence, an index names a number in it. There is no
 * generator state, so nothing has to be saved, and any number can be had without those before it.
 *
 * The mixing function is the finalizer of MurmurHash3, applied twice with a key between.
 * @see Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3, doi:10.1145/2063384.2063405
 */
export type Purpose = 'initialization' | 'split' | 'shuffle' | 'dropout' | 'mix' | 'data';

/** `index -> uint32`, for `index` in `[0, 2^32)`. */
export type RandomSequence = (index: number) => number;

/** Mixes 32 bits so that each output bit depends on each input bit. A bijection. */
export function mix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The key of a sequence of random numbers: number `i` of it is `keyed(key, i)`, in the compiled kernels too.
 * @see randomSequence for the parameters
 */
export function randomKey(seed: number, purpose: Purpose, ...path: readonly number[]): RandomKey {
  let low = mix32(seed | 0);
  let high = mix32(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9);
  for (let i = 0; i < purpose.length; i++) low = mix32(low ^ purpose.charCodeAt(i));
  for (const part of path) {
    high = mix32(high ^ low ^ part);
    low = mix32(low + 0x6d2b79f5);
  }
  return { low, high };
}

/** 32 random bits: those of `index` in the sequence of a key. */
export function keyed({ low, high }: RandomKey, index: number): number {
  return mix32((mix32(index ^ low) + high) | 0);
}

/**
 * The sequence of random numbers for one purpose.
 * @param seed the run's seed, an integer
 * @param purpose keeps initialization, split, shuffle and dropout from sharing numbers
 * @param path what else tells sequences of one purpose apart: epoch, window, layer
 * @example randomSequence(7, 'shuffle', 0)(0) === randomSequence(7, 'shuffle', 0)(0) //=> true
 */
export function randomSequence(seed: number, purpose: Purpose, ...path: readonly number[]): RandomSequence {
  const { low, high } = randomKey(seed, purpose, ...path);
  return (index) => mix32((mix32(index ^ low) + high) | 0);
}

/** A number in `[0, 1)` from 32 random bits. */
export function uniform(bits: number): number {
  return bits / 2 ** 32;
}

/** A number of the standard normal distribution, from the random bits `2 index` and `2 index + 1` (Box and Muller 1958). */
export function normal(sequence: RandomSequence, index: number): number {
  const radius = Math.sqrt(-2 * Math.log((sequence(2 * index) + 0.5) / 2 ** 32));
  return radius * Math.cos(2 * Math.PI * uniform(sequence(2 * index + 1)));
}

/** Places drawn before they are swapped. */
const DRAWN = 256;

/**
 * A permutation of `0 ... length - 1`, each equally likely (Fisher and Yates).
 *
 * Many places are drawn and looked at before the first is swapped: so the processor fetches them from memory side by side, not one
 * after the other. Measured on 2.85M: 0.08 s, one by one 0.14 s.
 *
 * @param order what is written to, of at least `length` numbers
 */
export function permutation(key: RandomKey, length: number, order: Uint32Array = new Uint32Array(length)): Uint32Array {
  for (let i = 0; i < length; i++) order[i] = i;
  const drawn = new Uint32Array(DRAWN);
  const seen = new Uint32Array(1);
  for (let last = length - 1; last > 0; last -= DRAWN) {
    const n = Math.min(DRAWN, last);
    for (let k = 0; k < n; k++) drawn[k] = Math.floor(uniform(keyed(key, last - k)) * (last - k + 1));
    let sum = 0;
    for (let k = 0; k < n; k++) sum ^= order[drawn[k]];
    // Kept, or the compiler would leave out the loop above.
    seen[0] = sum;
    for (let k = 0; k < n; k++) {
      const i = last - k;
      const j = drawn[k];
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
  }
  return order;
}
