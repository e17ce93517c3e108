import type { QuantileSketch } from './quantileSketch.ts';

/** Ranks that are looked at: a bin is off by one of these, at most. */
const RANKS = 4096;

/**
 * Where bins of about as many numbers each begin, and the largest number, where the last one ends. A number that repeats so often that
 * it fills a bin has one of its own, and the other bins share what is left: of a column that is 0 in nine rows of ten, all bins
 * but one lie in the tenth.
 *
 * @param bins the most there may be; there are fewer of fewer different numbers
 * @see Ke et al. 2017, LightGBM, whose histograms are made so
 */
export function binEdges(bins: number, min: number, max: number, sketch: QuantileSketch): number[] {
  // One bin that begins at the only number there is: what training has not seen lies in it or beyond.
  if (min === max) return [min, min + Math.max(1, Math.abs(min))];
  const ranks = Math.min(RANKS, sketch.count - 1);
  const sorted = sketch.quantiles(Array.from({ length: ranks + 1 }, (_, k) => k / ranks));
  // The largest ends the last bin, and is in none.
  const { values, shares } = massOf(sorted.filter((value) => value < max));
  const heavy = heavyOf(shares, bins);
  const light = shares.reduce((sum, share, i) => (heavy.has(i) ? sum : sum + share), 0);
  // Less than the rounding of sums, so that a bin that is full is one.
  const size = light > 0 ? (light / Math.max(1, bins - heavy.size)) * (1 - 1e-9) : Infinity;
  const begins = [min];
  let passed = 0;
  let full = size;
  for (const [i, value] of values.entries()) {
    const isAfterHeavy = heavy.has(i - 1);
    if ((passed >= full || isAfterHeavy || heavy.has(i)) && value > min && begins.length < bins) {
      begins.push(value);
      while (full <= passed) full += size;
      if (isAfterHeavy) full = passed + size;
    }
    if (!heavy.has(i)) passed += shares[i];
  }
  return [...begins, max];
}

/** Different numbers, ascending, and the share of all that each is. */
function massOf(sorted: readonly number[]): { readonly values: readonly number[]; readonly shares: readonly number[] } {
  const values: number[] = [];
  const shares: number[] = [];
  for (const value of sorted) {
    if (values.at(-1) !== value) {
      values.push(value);
      shares.push(0);
    }
    shares[shares.length - 1] += 1 / sorted.length;
  }
  return { values, shares };
}

/** The numbers that fill a bin each, by their place: when they have theirs, the others are smaller, and more may fill one. */
function heavyOf(shares: readonly number[], bins: number): ReadonlySet<number> {
  const found = new Set<number>();
  let rest = 1;
  const order = shares.map((_, i) => i).sort((i, j) => shares[j] - shares[i]);
  for (const i of order) {
    if (found.size >= bins - 1 || shares[i] < rest / (bins - found.size)) break;
    found.add(i);
    rest -= shares[i];
  }
  return found;
}
