/**
 * How far weights have moved, in their own size.
 *
 *   ratio = sqrt(sum((w - before)²) / sum(before²))
 */
export function ratioOfUpdate(w: ArrayLike<number>, before: ArrayLike<number>): number {
  let moved = 0;
  let size = 0;
  for (let i = 0; i < w.length; i++) {
    const e = w[i] - before[i];
    moved += e * e;
    size += before[i] * before[i];
  }
  return size > 0 ? Math.sqrt(moved / size) : Number.NaN;
}
