/** What metrics that are a mean over rows count: a sum, and rows by class. */
export interface SumByClass {
  readonly sum: number;
  readonly classes: readonly number[];
}
