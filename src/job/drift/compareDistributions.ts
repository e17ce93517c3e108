import type { DriftReport } from '../types.ts';
import type { Distribution, NumberDistribution } from './distribution.ts';

/** The share of rows in a bin of numbers, at the least, of those that the index is made of. */
const tenth = 0.1 - 1e-9;

/**
 * How far a distribution has moved. The index is taken over bins of a tenth of the rows that were or a little more, or over categories; rows
 * without a value are one more.
 *
 * @param is has the bins of `was`
 */
export function compareDistributions(was: Distribution, is: Distribution): DriftReport['features'][string] {
  if (was.kind === 'categories' || is.kind === 'categories') {
    return { psi: populationStability(withOthers(was), withOthers(is)) };
  }
  const bins = joinBins(was.shares);
  return {
    psi: populationStability(withMissing(was, bins), withMissing(is, bins)),
    ...(hasValues(was) && hasValues(is) && { ks: ksDistance(was.shares, is.shares) }),
  };
}

function hasValues({ rows, missing }: Distribution): boolean {
  return rows > 0 && missing < 1;
}

function withOthers({ shares, missing }: Distribution): number[] {
  const others = 1 - missing - shares.reduce((sum, share) => sum + share, 0);
  return [...shares, others, missing];
}

function withMissing({ shares, missing }: NumberDistribution, bins: readonly number[]): number[] {
  const joined = new Array<number>(bins.at(-1)! + 1).fill(0);
  for (const [i, share] of shares.entries()) joined[bins[i]] += share * (1 - missing);
  return [...joined, missing];
}

/** For each bin the number of the wider one that it belongs to; what is left at the end joins the last. */
function joinBins(shares: readonly number[]): number[] {
  let [bin, share] = [0, 0];
  const joined = shares.map((each) => {
    if (share >= tenth) [bin, share] = [bin + 1, 0];
    share += each;
    return bin;
  });
  return share >= tenth || bin === 0 ? joined : joined.map((each) => Math.min(each, bin - 1));
}

/** In place of a smaller share: the logarithm of nothing is no number. */
const least = 1e-4;

/**
 * Population stability index of two distributions over the same bins; 0 where they are equal. Shares below 0.0001 count as 0.0001.
 *
 *   psi = sum (q - p) ln(q / p)
 *
 * Convention: as in credit scoring, where 0.1 is called a small change and 0.25 a large one. Without any change it is about
 * `(bins - 1) (1/n + 1/m)` for samples of `n` and `m` rows.
 * @param p shares that were
 * @param q shares that are
 * @example populationStability([0.5, 0.5], [0.5, 0.5]) //=> 0
 * @see Yurdakul and Naranjo 2020, Statistical properties of the population stability index, doi:10.21314/JRMV.2020.227
 */
export function populationStability(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => {
    const was = Math.max(share, least);
    const is = Math.max(q[i], least);
    return sum + (is - was) * Math.log(is / was);
  }, 0);
}

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
