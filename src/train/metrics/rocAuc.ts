import type { Metric } from './metric.ts';
import { type ScoreLists, type Scores, scoreLists } from './scoreLists.ts';

/**
 * The area under the ROC curve: the probability that a row of class 1 scores higher than one of class 0, ties counting half.
 * Exact; keeps four bytes a row of float32, eight of float64. NaN while one of the classes has not come.
 *
 *   AUC = (pairs with p1 > p0, + pairs with p1 = p0, halved) / (rows of 1 * rows of 0)
 *
 * Baseline: 1/2.
 *
 * Convention: as sklearn.metrics.roc_auc_score.
 *
 * @param lists may be shared with other metrics of the same rows
 */
export function rocAuc(lists: ScoreLists = scoreLists()): Metric<Scores> {
  const { add, state, merge, sorted } = lists;
  return {
    counts: lists,
    add,
    state,
    merge,
    result() {
      const scores = sorted();
      if (!scores) return Number.NaN;
      const { ones, zeros } = scores;
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
  };
}
