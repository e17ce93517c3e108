import type { Category } from '../../source/column/categoryTable.ts';

/** How the values of a feature are distributed, in little memory; plain JSON. */
export type Distribution = NumberDistribution | CategoryDistribution;

/** By feature. Vectors have none. */
export type Distributions = Readonly<Record<string, Distribution>>;

interface Counted {
  readonly rows: number;
  /** The share of rows that have no value. */
  readonly missing: number;
}

export interface NumberDistribution extends Counted {
  readonly kind: 'numbers';
  /** The bounds of bins, ascending. */
  readonly cuts: readonly number[];
  /** Of the rows that have a value: the share in `(-Infinity, cuts[0]]`, in `(cuts[0], cuts[1]]` ..., in `(cuts.at(-1), Infinity)`. */
  readonly shares: readonly number[];
}

export interface CategoryDistribution extends Counted {
  readonly kind: 'categories';
  readonly values: readonly Category[];
  /** Of all rows, for each of `values`; what is left of 1 has another value or none. */
  readonly shares: readonly number[];
}

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
