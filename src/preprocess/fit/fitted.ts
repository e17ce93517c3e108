import type { Category } from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';

/** What fitting has found out about a feature; plain JSON, so that it can be hashed and stored. */
export type FittedFeature = FittedNumeric | FittedVector | FittedCategories;

/** `x = (v - shift) / scale`, or what `clip` or `edges` make of v; where v is missing, it is taken to be `fill`. */
export interface FittedNumeric {
  readonly kind: 'numeric';
  readonly name: string;
  /** The kind of column it was fitted on, and must be used on. */
  readonly type: ColumnKind;
  readonly shift: number;
  readonly scale: number;
  /** Null where a missing value is an error. */
  readonly fill: number | null;
  /** Whether one more column, the last, says where it was missing. */
  readonly indicator: boolean;
  /** `x / sqrt(1 + (x / 3)²)` of what is scaled. */
  readonly clip?: 'smooth';
  /** Where bins begin and end, ascending, at least 2: a column for each bin, piecewise linear, and no scaling. */
  readonly edges?: readonly number[];
}

/** `x = (v - shift) / scale` for each of the `size` numbers; where v is missing, it is taken to be `fill`. */
export interface FittedVector {
  readonly kind: 'vector';
  readonly name: string;
  readonly type: ColumnKind;
  readonly size: number;
  readonly shift: number;
  readonly scale: number;
  /** Null where a missing value is an error. */
  readonly fill: number | null;
}

/** Code 0 is the unseen; code 1 the missing, where it has a place of its own; then the values in this order. */
export interface FittedCategories {
  readonly kind: 'oneHot' | 'embedding';
  readonly name: string;
  readonly type: ColumnKind;
  readonly missing: 'unseen' | 'category' | 'error';
  readonly values: readonly Category[];
  /** Numbers a category of an embedding; 0 for a one-hot. */
  readonly width: number;
}

export type FittedTarget =
  | {
      readonly kind: 'binary';
      readonly column: string;
      readonly type: ColumnKind;
      /** The label that means yes, and the other one; absent where they are 1 and 0, or true and false. */
      readonly positive?: Category;
      readonly negative?: Category;
    }
  | {
      readonly kind: 'classes';
      readonly column: string;
      readonly type: ColumnKind;
      readonly values: readonly Category[];
    }
  | {
      readonly kind: 'regression';
      readonly column: string;
      readonly type: ColumnKind;
      /** `y = (v - mean) / deviation` */
      readonly mean: number;
      readonly deviation: number;
    };

/** The labels that are looked up, by number: classes, or no and yes; undefined where labels are numbers, or false and true. */
export function namedLabels(target: FittedTarget): readonly Category[] | undefined {
  if (target.kind === 'classes') return target.values;
  if (target.kind === 'regression' || target.negative === undefined || target.positive === undefined) return undefined;
  return [target.negative, target.positive];
}

/** The labels of any target of two classes, by number. */
export function binaryLabels(target: FittedTarget & { kind: 'binary' }): readonly Category[] {
  return namedLabels(target) ?? (target.type === 'boolean' ? [false, true] : [0, 1]);
}

/** All that fitting has found out. */
export interface Fitted {
  /** Changes when the meaning of the fields below does. */
  readonly format: 1;
  readonly features: readonly FittedFeature[];
  readonly target: FittedTarget;
  /** The column of numbers that says how much each row counts in the loss; 1 each where there is none. */
  readonly weight?: string;
}

/** Columns of x that a number becomes. */
export function numberColumns({ edges, indicator }: FittedNumeric): number {
  return (edges ? edges.length - 1 : 1) + (indicator ? 1 : 0);
}

/** Codes that a fitted one-hot or embedding can give. */
export function codeCount({ missing, values }: FittedCategories): number {
  return values.length + (missing === 'category' ? 2 : 1);
}
