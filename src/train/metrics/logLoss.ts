import { countClasses } from './classCounts.ts';
import type { SumByClass } from './sumByClass.ts';
import type { Metric } from './types.ts';

/** A wrong certainty costs at most `-log(2^-52)`, about 36 nats. */
const least = Number.EPSILON;

/**
 * The mean of `-log(p of the right class)`, in nats; probabilities below 2^-52 count as 2^-52.
 *
 * Baseline: always the shares of the classes.
 *
 * Convention: as sklearn.metrics.log_loss.
 * @example
 * ```ts
 * const metric = logLoss().begin();
 * metric.add(Float64Array.of(0.5, 0.5), Float64Array.of(1, 0), 2, 1);
 * metric.result(); //=> Math.log(2)
 * ```
 */
export function logLoss(): Metric<SumByClass> {
  return {
    name: 'logLoss',
    options: {},
    better: 'lower',
    tasks: ['binary', 'classes'],
    begin() {
      const classes = countClasses();
      let sum = 0;
      return {
        add(p, y, n, outputs) {
          // In a variable of its own: what other functions see too is made anew on the heap with each row.
          let total = sum;
          for (let row = 0; row < n; row++) {
            const right = outputs > 1 ? p[row * outputs + y[row]] : y[row] === 1 ? p[row] : 1 - p[row];
            total -= Math.log(Math.max(right, least));
          }
          sum = total;
          classes.add(y, n);
        },
        state: () => ({ sum, classes: classes.state() }),
        merge(other) {
          sum += other.sum;
          classes.merge(other.classes);
        },
        result: () => sum / classes.rows,
        baseline: () => classes.entropy(),
        constant: () => ({ kind: 'shares', shares: classes.shares() }),
      };
    },
  };
}
