import type { Metric } from './metric.ts';
import { numberList } from './numberList.ts';

/**
 * The mean of `|p - y|`, in the unit of y. Keeps eight bytes a row.
 *
 * Baseline: always the median of y, the constant with the least mean absolute error.
 */
export function mae(): Metric {
  const targets = numberList();
  let sum = 0;
  let rows = 0;
  return {
    add(p, y, n) {
      for (let i = 0; i < n; i++) {
        sum += Math.abs(p[i] - y[i]);
        targets.push(y[i]);
      }
      rows += n;
    },
    result: () => sum / rows,
    baseline() {
      const sorted = targets.values().slice().sort();
      const median = sorted[sorted.length >> 1];
      return sorted.reduce((total, y) => total + Math.abs(y - median), 0) / rows;
    },
  };
}
