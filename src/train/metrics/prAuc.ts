import type { Metric } from './metric.ts';
import { type ScoreLists, type Scores, scoreLists } from './scoreLists.ts';

/**
 * The area under the curve of precision over recall, in steps: average precision. Where class 1 is rare, it tells more than the ROC.
 * Exact; keeps four bytes a row of float32, eight of float64. NaN while class 1 has not come.
 *
 *   sum over thresholds, from the highest down, of (recall now - recall before) precision now
 *
 * Baseline: the share of class 1.
 *
 * Convention: as sklearn.metrics.average_precision_score.
 *
 * @param lists may be shared with other metrics of the same rows
 */
export function prAuc(lists: ScoreLists = scoreLists()): Metric<Scores> {
  const { add, state, merge, sorted, sizes } = lists;
  return {
    counts: lists,
    add,
    state,
    merge,
    result() {
      const scores = sorted();
      if (!scores) return Number.NaN;
      const { ones, zeros } = scores;
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
    baseline() {
      const { ones, zeros } = sizes();
      return ones / (ones + zeros);
    },
  };
}
