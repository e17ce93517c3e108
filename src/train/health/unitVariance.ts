/**
 * The variance of each unit over the rows, its mean over the units; undefined for fewer than two rows.
 *
 * @param a answers of a layer, `[n, width]`
 */
export function unitVariance(a: ArrayLike<number>, n: number, width: number): number | undefined {
  if (n < 2 || width === 0) return undefined;
  const mean = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < width; j++, at++) mean[j] += a[at];
  for (let j = 0; j < width; j++) mean[j] /= n;
  let squares = 0;
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < width; j++, at++) {
      const e = a[at] - mean[j];
      squares += e * e;
    }
  }
  return squares / (n * width);
}
