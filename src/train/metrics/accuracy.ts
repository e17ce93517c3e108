import { countClasses } from './classCounts.ts';
import type { Metric } from './metric.ts';
import { predictedClass } from './predictedClass.ts';

/** What is counted: rows that are right, and rows by class. */
export interface RightCounts {
  readonly right: number;
  readonly classes: readonly number[];
}

/**
 * The share of rows whose most probable class is the right one. With one output, class 1 from a probability of 1/2 on.
 *
 * Baseline: always the most frequent class.
 */
export function accuracy(): Metric<RightCounts> {
  const classes = countClasses();
  let right = 0;
  return {
    add(p, y, n, outputs) {
      for (let row = 0; row < n; row++) if (predictedClass(p, row, outputs) === y[row]) right++;
      classes.add(y, n);
    },
    state: () => ({ right, classes: classes.state() }),
    merge(other) {
      right += other.right;
      classes.merge(other.classes);
    },
    result: () => right / classes.rows,
    baseline: () => classes.majority(),
  };
}
