import type { Category } from '../../preprocess/categoryTable.ts';

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
