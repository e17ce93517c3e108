import { randomSequence, uniform } from '../../engine/random.ts';
import type { NumberDistribution } from './distribution.ts';

/** Numbers that cuts are made from: their quantiles are off by some 0.2 percent of the rows. */
const sampleSize = 65_536;

/** Learns how numbers are distributed, in memory that does not grow with them. */
export interface NumberCounts {
  /** Takes in the first `count` numbers; NaN is a missing value. */
  add(numbers: Float64Array, count: number): void;
  finish(): NumberDistribution;
}

/**
 * @param cuts the bounds of the bins; by default quantiles of what is added, or of a sample of it that is the same for the same numbers
 */
export function countNumbers(cuts?: readonly number[]): NumberCounts {
  return cuts ? countInto(cuts) : sampled();
}

function countInto(cuts: readonly number[]): NumberCounts {
  const counts = new Float64Array(cuts.length + 1);
  let rows = 0;
  let present = 0;
  return {
    add(numbers, count) {
      rows += count;
      for (let i = 0; i < count; i++) {
        if (Number.isNaN(numbers[i])) continue;
        present++;
        counts[binOf(cuts, numbers[i])]++;
      }
    },
    finish: () => ({
      kind: 'numbers',
      rows,
      missing: rows > 0 ? (rows - present) / rows : 0,
      cuts,
      shares: Array.from(counts, (count) => (present > 0 ? count / present : 0)),
    }),
  };
}

/** Keeps each number with the same probability. */
function sampled(): NumberCounts {
  const random = randomSequence(0, 'data');
  let sample = new Float64Array(1024);
  let rows = 0;
  let present = 0;
  return {
    add(numbers, count) {
      rows += count;
      for (let i = 0; i < count; i++) {
        if (Number.isNaN(numbers[i])) continue;
        const at = present < sampleSize ? present : Math.floor(uniform(random(present)) * (present + 1));
        present++;
        if (at >= sampleSize) continue;
        if (at >= sample.length) {
          const larger = new Float64Array(2 * sample.length);
          larger.set(sample);
          sample = larger;
        }
        sample[at] = numbers[i];
      }
    },
    finish() {
      const kept = sample.subarray(0, Math.min(present, sampleSize));
      const counts = countInto(quantileCuts(kept.slice().sort()));
      counts.add(kept, kept.length);
      return { ...counts.finish(), rows, missing: rows > 0 ? (rows - present) / rows : 0 };
    },
  };
}

/** The first bin whose bound is at least the number. */
function binOf(cuts: readonly number[], number: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

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
