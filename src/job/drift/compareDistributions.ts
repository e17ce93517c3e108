import type { DriftReport } from '../types.ts';
import type { Distribution, NumberDistribution } from './distribution.ts';
import { ksDistance } from './ksDistance.ts';
import { populationStability } from './populationStability.ts';

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
