/**
 * Kolmogorov-Smirnov distance of two distributions over the same ordered bins: the greatest difference of their cumulative shares at the
 * bounds; 0 where they are equal, 1 where they do not overlap.
 *
 * Exact where each number has a bin of its own; else too small by less than the greatest share of a bin.
 * @param p shares, in the order of the bins
 * @param q shares, in the order of the bins
 * @example ksDistance([0.5, 0.5, 0], [0, 0.5, 0.5]) //=> 0.5
 */
export function ksDistance(p: readonly number[], q: readonly number[]): number {
  let [distance, difference] = [0, 0];
  for (const [i, share] of p.entries()) {
    difference += share - q[i];
    distance = Math.max(distance, Math.abs(difference));
  }
  return distance;
}
