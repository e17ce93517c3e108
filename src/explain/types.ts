import type { ModelRow } from '../model/encodeRow.ts';
import type { Model } from '../model/model.ts';
import type { ModelColumn } from '../model/schema.ts';

/** A model as explanations use it. */
export type Explained = Pick<Model, 'predictRows' | 'schema' | 'threshold'>;

/** Rows of a source with their labels, as many as were wanted. */
export interface Sample {
  readonly rows: readonly ModelRow[];
  /** The labels: 0 and 1, the number of a class, or the number in the target's unit. */
  readonly y: Float64Array;
  /** Rows that the source has. */
  readonly rowsRead: number;
  /** Rows that were left out, since they have no label or cannot be used. */
  readonly leftOut: number;
}

/** An estimate, and the interval that holds the true one in about 95 of 100 cases, as far as the repeats can tell. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What a model loses without a column, or without several together. */
export interface Importance {
  readonly columns: readonly string[];
  /** By how much the metric gets worse where the values are dealt to other rows; below 0 where it gets better. */
  readonly loss: Estimate;
  /** The metric where they are dealt to other rows, of each repeat. */
  readonly repeats: readonly number[];
}

/** How the prediction follows one column while all others stay as they are. */
export interface Dependence {
  readonly column: string;
  readonly kind: ModelColumn['kind'];
  /** Values that the column was given: quantiles of a number, or of a time in milliseconds since 1970 UTC, the most frequent ones of a category; null for a missing one. */
  readonly values: readonly (number | string | boolean | null)[];
  /** Rows of the sample that have each value, or are nearest to it. */
  readonly rows: readonly number[];
  /** By output: the mean prediction of all rows with each value. */
  readonly mean: Readonly<Record<string, readonly number[]>>;
  /** Of single rows, by output: their prediction with each value. */
  readonly individual: Readonly<Record<string, readonly (readonly number[])[]>>;
}
