import { rankingMetric, type Scores } from './rankingMetric.ts';
import type { Metric } from './types.ts';

/**
 * The area under the ROC curve: the probability that a row of class 1 scores higher than one of class 0, ties counting half.
 * Exact; keeps four bytes a row of float32, eight of float64. NaN while one of the classes has not come.
 *
 *   AUC = (pairs with p1 > p0, + pairs with p1 = p0, halved) / (rows of 1 * rows of 0)
 *
 * Baseline: 1/2.
 *
 * Convention: as sklearn.metrics.roc_auc_score.
 * @example
 * ```ts
 * const metric = rocAuc().begin();
 * metric.add(Float64Array.of(0.9, 0.2, 0.6), Float64Array.of(1, 1, 0), 3, 1);
 * metric.result(); //=> 0.5
 * ```
 */
export function rocAuc(): Metric<Scores> {
  return rankingMetric({
    name: 'auc',
    figure({ ones, zeros }) {
      let doubled = 0;
      let lower = 0;
      let notHigher = 0;
      for (const score of ones) {
        while (lower < zeros.length && zeros[lower] < score) lower++;
        while (notHigher < zeros.length && zeros[notHigher] <= score) notHigher++;
        doubled += lower + notHigher;
      }
      return doubled / 2 / ones.length / zeros.length;
    },
    baseline: () => 0.5,
    lacks({ ones, zeros }) {
      if (ones > 0 && zeros > 0) return undefined;
      return ones > 0 ? 1 : 0;
    },
  });
}
