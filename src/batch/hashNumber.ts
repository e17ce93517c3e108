const NAN_HIGH = 0x7ff80000;
const INFINITY_HIGH = 0x7ff00000;

/**
 * 32 bits of a float64 and a key. NaN has many bit patterns, and 0 has two, of which all give the same.
 *
 * @param halves the float64s by their two halves, of which the first is the lower
 * @param i the number of the float64
 */
export function hashNumber(halves: Int32Array, i: number, key: number): number {
  let low = halves[2 * i];
  let high = halves[2 * i + 1];
  if ((high & INFINITY_HIGH) === INFINITY_HIGH && ((high & 0xfffff) | low) !== 0) {
    low = 0;
    high = NAN_HIGH;
  } else if (((high << 1) | low) === 0) high = 0;
  let hash = Math.imul(high ^ key, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ low, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
