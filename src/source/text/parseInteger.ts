const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const MAX = 2n ** 63n;

/**
 * Puts the integer in `bytes[start, end)` into `words[2 at, 2 at + 1]`, the two halves of an int64, the lower one first.
 *
 * Without a bigint for each: up to 15 digits a float64 is exact.
 * @returns false where there is none, or it does not fit
 */
export function parseInteger(bytes: Uint8Array, start: number, end: number, words: Int32Array, at: number): boolean {
  const sign = bytes[start]!;
  const first = sign === MINUS || sign === PLUS ? start + 1 : start;
  if (first >= end) return false;
  if (end - first > 15) return parseLong(bytes, start, end, words, at);
  let size = 0;
  for (let i = first; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return false;
    size = size * 10 + digit;
  }
  putLong(sign === MINUS ? -size : size, words, at);
  return true;
}

/** Puts an integer of at most 2^53 into the two halves of an int64. */
export function putLong(value: number, words: Int32Array, at: number): void {
  // The lower half is taken modulo 2^32, also of a negative number, whose floor goes down.
  const high = Math.floor(value / 4_294_967_296);
  words[2 * at] = value - high * 4_294_967_296;
  words[2 * at + 1] = high;
}

function parseLong(bytes: Uint8Array, start: number, end: number, words: Int32Array, at: number): boolean {
  if (end - start > 1000) return false;
  const digits = String.fromCharCode(...bytes.subarray(start, end));
  if (!/^[+-]?\d+$/.test(digits)) return false;
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  if (value < -MAX || value >= MAX) return false;
  words[2 * at] = Number(BigInt.asIntN(32, value));
  words[2 * at + 1] = Number(BigInt.asIntN(32, value >> 32n));
  return true;
}
