/** Count, mean, spread and range of numbers that come in parts. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** `sqrt(mean((v - mean)²))`, with the number of values below; exactly 0 where all are equal. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /** Takes in the first `length` values of a part; NaN is left out. */
  add(values: Float64Array, length: number): void;
}

/**
 * Merges parts, each summed around its own mean, so that little is lost to cancellation.
 *
 *   d = mean_b - mean_a;  mean = mean_a + d n_b / n;  M2 = M2_a + M2_b + d² n_a n_b / n
 *
 * @see Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances
 */
export function createMoments(): Moments {
  let count = 0;
  // Values are taken from the first one on, which keeps the digits of a small spread far from zero.
  let origin = Number.NaN;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  return {
    get count() {
      return count;
    },
    get mean() {
      return min === max ? min : origin + mean;
    },
    get deviation() {
      return min >= max ? 0 : Math.sqrt(squares / count);
    },
    get min() {
      return min;
    },
    get max() {
      return max;
    },
    add(values, length) {
      let partCount = 0;
      let sum = 0;
      let low = min;
      let high = max;
      for (let i = 0; i < length; i++) {
        const value = values[i];
        if (Number.isNaN(value)) continue;
        if (Number.isNaN(origin)) origin = value;
        partCount++;
        sum += value - origin;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (partCount === 0) return;
      const partMean = sum / partCount;
      let partSquares = 0;
      for (let i = 0; i < length; i++) {
        const e = values[i] - origin - partMean;
        if (!Number.isNaN(e)) partSquares += e * e;
      }
      const d = partMean - mean;
      const total = count + partCount;
      squares += partSquares + (d * d * count * partCount) / total;
      mean += (d * partCount) / total;
      count = total;
      min = low;
      max = high;
    },
  };
}
