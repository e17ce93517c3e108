/** Count, mean, spread and range of numbers that come in parts. */
export interface Moments {
  readonly count: number;
  /** NaN where there is none, as the deviation. */
  readonly mean: number;
  /** `sqrt(mean((v - mean)²))`, with the number of values below; exactly 0 where all are equal. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  /**
   * Takes in a part; NaN is left out.
   * @param rows the places of its values, ascending
   * @default all values
   */
  add(values: Float64Array, rows?: Uint32Array): void;
}

/** Values that are summed before the mean moves. */
const BLOCK = 512;

/**
 * Merges blocks of values, each summed around the mean of all before it: one pass, without a division for a value.
 *
 *   S1 = sum(v - mean_a),  S2 = sum((v - mean_a)²);  mean = mean_a + S1 / n;  M2 = M2_a + S2 - S1² / n
 *
 * What the difference loses of its digits where a block lies far from that mean is small beside what it adds, the way between the two squared.
 *
 * @see Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances
 */
export function createMoments(): Moments {
  // Values are taken from the first one on, which keeps the digits of a small spread far from zero.
  const sums: Sums = { origin: Number.NaN, mean: 0, squares: 0, count: 0, min: Infinity, max: -Infinity };
  return {
    get count() {
      return sums.count;
    },
    get mean() {
      return sums.origin + sums.mean;
    },
    get deviation() {
      return Math.sqrt(Math.max(0, sums.squares) / sums.count);
    },
    get min() {
      return sums.min;
    },
    get max() {
      return sums.max;
    },
    add(values, rows) {
      const length = rows ? rows.length : values.length;
      for (let at = 0; at < length; at += BLOCK) addBlock(sums, values, rows, at, Math.min(length, at + BLOCK));
    },
  };
}

interface Sums {
  origin: number;
  /** From the origin on. */
  mean: number;
  squares: number;
  count: number;
  min: number;
  max: number;
}

function addBlock(sums: Sums, values: Float64Array, rows: Uint32Array | undefined, begin: number, end: number): void {
  if (Number.isNaN(sums.origin)) sums.origin = firstOf(values, rows, begin, end);
  const { origin, mean } = sums;
  let count = 0;
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = begin; i < end; i++) {
    const value = values[rows ? rows[i] : i];
    const e = value - origin - mean;
    if (Number.isNaN(e)) continue;
    count++;
    sum += e;
    squares += e * e;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) return;
  sums.count += count;
  sums.mean += sum / sums.count;
  sums.squares += squares - (sum * sum) / sums.count;
  sums.min = Math.min(sums.min, min);
  sums.max = Math.max(sums.max, max);
}

/** The first finite value, 0 where there are only infinities, NaN where there is nothing. */
function firstOf(values: Float64Array, rows: Uint32Array | undefined, begin: number, end: number): number {
  let first = Number.NaN;
  for (let i = begin; i < end; i++) {
    const value = values[rows ? rows[i] : i];
    if (Number.isFinite(value)) return value;
    if (!Number.isNaN(value)) first = 0;
  }
  return first;
}
