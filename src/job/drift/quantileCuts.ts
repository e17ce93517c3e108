/** Bins of a distribution at the most, but for the one above the greatest number. */
const most = 100;

/**
 * Cuts numbers into bins: each number that occurs where they are at most 100, else percentiles. The last is the greatest number.
 *
 * @param sorted ascending
 * @example quantileCuts([1, 1, 2, 4]) //=> [1, 2, 4]
 */
export function quantileCuts(sorted: ArrayLike<number>): number[] {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length && distinct.length <= most; i++) {
    if (sorted[i] !== distinct.at(-1)) distinct.push(sorted[i]);
  }
  if (distinct.length <= most) return distinct;
  const percentiles = Array.from({ length: most }, (_, k) => sorted[Math.ceil(((k + 1) * sorted.length) / most) - 1]);
  return percentiles.filter((cut, k) => cut !== percentiles[k - 1]);
}
