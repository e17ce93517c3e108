import { rankingMetric, type Scores } from './rankingMetric.ts';
import type { Metric } from './types.ts';

/**
 * The area under the curve of precision over recall, in steps: average precision. Where class 1 is rare, it tells more than the ROC.
 * Exact; keeps four bytes a row of float32, eight of float64. NaN while class 1 has not come.
 *
 *   sum over thresholds, from the highest down, of (recall now - recall before) precision now
 *
 * Baseline: the share of class 1.
 *
 * Convention: as sklearn.metrics.average_precision_score.
 * @example
 * ```ts
 * const metric = prAuc().begin();
 * metric.add(Float64Array.of(0.9, 0.6, 0.2), Float64Array.of(1, 0, 0), 3, 1);
 * metric.result(); //=> 1
 * ```
 */
export function prAuc(): Metric<Scores> {
  return rankingMetric({
    name: 'prAuc',
    figure({ ones, zeros }) {
      let area = 0;
      let zero = zeros.length;
      for (let one = ones.length; one > 0; ) {
        const threshold = ones[one - 1];
        const before = one;
        while (one > 0 && ones[one - 1] === threshold) one--;
        while (zero > 0 && zeros[zero - 1] >= threshold) zero--;
        const right = ones.length - one;
        area += ((before - one) * right) / (right + (zeros.length - zero));
      }
      return area / ones.length;
    },
    baseline: ({ ones, zeros }) => ones / (ones + zeros),
    lacks: ({ ones }) => (ones > 0 ? undefined : 0),
  });
}
