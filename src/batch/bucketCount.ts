/** Standard deviations by which a bucket may be fuller than the mean. One in a thousand million is. */
const SPREAD = 6;

/**
 * The number of buckets among which rows are dealt so that none holds more than `capacity`, as good as surely: a bucket gets about
 * m rows with a standard deviation of sqrt(m), and m + 6 sqrt(m) is at most the capacity.
 *
 * @param rows all that will be dealt
 * @param capacity rows of one bucket, at least 1
 * @example bucketCount(2_850_000, 500_000) //=> 6
 */
export function bucketCount(rows: number, capacity: number): number {
  const half = SPREAD / 2;
  const mean = (Math.sqrt(half * half + capacity) - half) ** 2;
  return Math.max(1, Math.ceil(rows / mean));
}
