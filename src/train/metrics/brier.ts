import { countClasses } from './classCounts.ts';
import type { SumByClass } from './sumByClass.ts';
import type { Metric } from './types.ts';

/**
 * The Brier score: the mean of `(p - y)²` for a binary target; for classes, of the sum of those squares over all classes, which is up to 2.
 *
 * Baseline: always the shares of the classes.
 *
 * Convention: as sklearn.metrics.brier_score_loss for a binary target.
 * @example
 * ```ts
 * const metric = brier().begin();
 * metric.add(Float64Array.of(0.5, 1), Float64Array.of(1, 1), 2, 1);
 * metric.result(); //=> 0.125
 * ```
 * @see Brier 1950, Verification of forecasts expressed in terms of probability
 */
export function brier(): Metric<SumByClass & { readonly outputs: number }> {
  return {
    name: 'brier',
    options: {},
    better: 'lower',
    tasks: ['binary', 'classes'],
    begin() {
      const classes = countClasses();
      let sum = 0;
      let outputs = 1;
      return {
        add(p, y, n, width) {
          outputs = width;
          // In a variable of its own: what other functions see too is made anew on the heap with each row.
          let total = sum;
          for (let row = 0; row < n; row++) {
            if (width === 1) total += (p[row] - y[row]) ** 2;
            for (let c = 0; width > 1 && c < width; c++) total += (p[row * width + c] - (y[row] === c ? 1 : 0)) ** 2;
          }
          sum = total;
          classes.add(y, n);
        },
        state: () => ({ sum, classes: classes.state(), outputs }),
        merge(other) {
          sum += other.sum;
          classes.merge(other.classes);
          outputs = Math.max(outputs, other.outputs);
        },
        result: () => sum / classes.rows,
        // Two classes are counted once where there is one output, twice where there are two.
        baseline: () => (1 - classes.concentration()) / (outputs === 1 ? 2 : 1),
        constant: () => ({ kind: 'shares', shares: classes.shares() }),
      };
    },
  };
}
