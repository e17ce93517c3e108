import type { Metric } from './metric.ts';
import { numberList } from './numberList.ts';

/**
 * The area under the ROC curve: the probability that a row of class 1 scores higher than one of class 0, ties counting half.
 * Exact; keeps eight bytes a row. NaN while one of the classes has not come.
 *
 *   AUC = (pairs with p1 > p0, + pairs with p1 = p0, halved) / (rows of 1 * rows of 0)
 *
 * Baseline: 1/2.
 */
export function rocAuc(): Metric {
  const ones = numberList();
  const zeros = numberList();
  return {
    add(p, y, n) {
      for (let i = 0; i < n; i++) (y[i] === 1 ? ones : zeros).push(p[i]);
    },
    result() {
      const above = ones.values().slice().sort();
      const below = zeros.values().slice().sort();
      // NaN sorts last.
      if (Number.isNaN(above.at(-1)) || Number.isNaN(below.at(-1))) return Number.NaN;
      let doubled = 0;
      let lower = 0;
      let notHigher = 0;
      for (const score of above) {
        while (lower < below.length && below[lower] < score) lower++;
        while (notHigher < below.length && below[notHigher] <= score) notHigher++;
        doubled += lower + notHigher;
      }
      return doubled / 2 / above.length / below.length;
    },
    baseline: () => 0.5,
  };
}
