import { integer } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import { countClasses } from './classCounts.ts';
import type { Metric } from './types.ts';

/** What is counted: rows that are right, rows by class, and how many classes there are. */
export interface RightCounts {
  readonly right: number;
  readonly classes: readonly number[];
  readonly outputs: number;
}

/**
 * The share of rows whose right class is among the `k` most probable; of equal probabilities, the first classes come first. NaN
 * where there are no more than `k` classes, since it says nothing there.
 *
 * Baseline: always the `k` most frequent classes.
 *
 * Convention: as sklearn.metrics.top_k_accuracy_score.
 * @param k an integer, at least 1
 * @throws OptionError where `k` is out of bounds
 * @example
 * ```ts
 * const metric = topK(2).begin();
 * metric.add(Float64Array.of(0.2, 0.3, 0.5), Float64Array.of(1), 1, 3);
 * metric.result(); //=> 1
 * ```
 */
export function topK(k: number): Metric<RightCounts> {
  checkOption('topK: k', k, integer({ least: 1 }));

  return {
    name: `top${k}`,
    options: { k },
    better: 'higher',
    tasks: ['classes'],
    begin() {
      const classes = countClasses();
      let right = 0;
      let outputs = 0;
      const defined = (figure: number) => (outputs > k ? figure : Number.NaN);
      return {
        add(p, y, n, width) {
          outputs = width;
          for (let row = 0; row < n; row++) {
            const begin = row * width;
            const own = p[begin + y[row]];
            let before = 0;
            for (let c = 0; c < width; c++) {
              if (p[begin + c] > own || (c < y[row] && p[begin + c] === own)) before++;
            }
            if (before < k) right++;
          }
          classes.add(y, n);
        },
        state: () => ({ right, classes: classes.state(), outputs }),
        merge(other) {
          right += other.right;
          classes.merge(other.classes);
          outputs = Math.max(outputs, other.outputs);
        },
        result: () => defined(right / classes.rows),
        baseline: () => defined(classes.majority(k)),
        constant: () => ({ kind: 'classes', classes: classes.most(k) }),
        lacks: () => (outputs > k ? undefined : 'classes'),
      };
    },
  };
}
