import type { Distribution, Distributions } from './distribution.ts';

/** The distributions of two sets of rows together, which have the same bins. */
export function mergeDistributions(a: Distributions, b: Distributions): Distributions {
  return Object.fromEntries(Object.entries(b).map(([name, each]) => [name, a[name] ? merged(a[name], each) : each]));
}

function merged(a: Distribution, b: Distribution): Distribution {
  const rows = a.rows + b.rows;
  const missing = mean(a.missing, b.missing, a.rows, b.rows);
  // Those of numbers are shares of the rows that have a value.
  const weight = ({ kind, rows: count, missing: none }: Distribution) =>
    kind === 'numbers' ? count * (1 - none) : count;
  const shares = b.shares.map((share, i) => mean(a.shares[i], share, weight(a), weight(b)));
  return { ...b, rows, missing, shares };
}

function mean(a: number, b: number, weightOfA: number, weightOfB: number): number {
  const weight = weightOfA + weightOfB;
  return weight > 0 ? (a * weightOfA + b * weightOfB) / weight : 0;
}
