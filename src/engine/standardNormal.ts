/** The density of the standard normal distribution: `e^(-z²/2) / sqrt(2 pi)`. */
export function normalDensity(z: number): number {
  return Math.exp(-z * z * 0.5) / Math.sqrt(2 * Math.PI);
}

/**
 * The standard normal distribution: the probability of a number below `z`, to 1e-13 relative, the far tails included.
 *
 *   P(z) = 1/2 + density(z) (z + z³/3 + z⁵/(3 5) + z⁷/(3 5 7) + ...)            where |z| < 3
 *   P(-z) = density(z) / (z + 1 / (z + 2 / (z + 3 / (z + ...))))                beyond
 *
 * @example normalBelow(0) //=> 0.5
 * @see Abramowitz and Stegun 1964, 26.2.11 and 26.2.14
 */
export function normalBelow(z: number): number {
  const size = Math.abs(z);
  if (size < 3) {
    let term = size;
    let sum = size;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= (size * size) / k;
      sum += term;
    }
    const half = normalDensity(size) * sum;
    return z < 0 ? 0.5 - half : 0.5 + half;
  }
  let fraction = size;
  for (let k = 100; k > 0; k--) fraction = size + k / fraction;
  const tail = normalDensity(size) / fraction;
  return z < 0 ? tail : 1 - tail;
}
