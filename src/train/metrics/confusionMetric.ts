import { type ConfusionCounts, confusionMatrix } from './confusionMatrix.ts';
import type { Metric } from './metric.ts';

/** How often a class was predicted rightly, predicted, and there. */
export interface ClassHits {
  readonly hits: number;
  readonly predicted: number;
  readonly there: number;
}

export interface AverageOptions {
  /**
   * `fitting`: the figure of class 1 where there are two classes, the mean over the classes for more; `macro`: always the mean.
   * @default 'fitting'
   */
  readonly average?: 'fitting' | 'macro';
}

/**
 * A figure of one class, made from a confusion matrix: that of class 1 where there are two classes; for more the mean over those that are
 * there or were predicted, each counting the same (macro average).
 *
 * @param figure NaN where it is not defined, which counts as 0, as scikit-learn has it
 */
export function confusionMetric(
  figure: (hits: ClassHits) => number,
  { average = 'fitting' }: AverageOptions = {},
): Metric<ConfusionCounts> {
  const matrix = confusionMatrix();

  function result(counts: ConfusionCounts): number {
    const classes = counts.map((row, k) => ({
      hits: row[k],
      predicted: counts.reduce((sum, other) => sum + other[k], 0),
      there: row.reduce((sum, count) => sum + count, 0),
    }));
    if (!classes.some(({ there }) => there > 0)) return Number.NaN;
    const one = average === 'fitting' && classes.length === 2;
    const meant = one ? [classes[1]] : classes.filter(({ predicted, there }) => predicted + there > 0);
    return meant.reduce((sum, hits) => sum + (figure(hits) || 0), 0) / meant.length;
  }

  /** The matrix as it would be if every row were predicted to be of one class. */
  function constant(counts: ConfusionCounts, k: number): ConfusionCounts {
    return counts.map((row) => row.map((_, j) => (j === k ? row.reduce((sum, count) => sum + count, 0) : 0)));
  }

  const { add, state, merge, counts } = matrix;
  return {
    add,
    state,
    merge,
    result: () => result(counts()),
    baseline() {
      const all = counts();
      return Math.max(...all.map((_, k) => result(constant(all, k))));
    },
  };
}
