import type { Metric } from './metric.ts';
import { numberList } from './numberList.ts';

/** A sum of distances, and the targets they were measured to. */
export interface AbsoluteErrors {
  readonly sum: number;
  readonly targets: Float64Array;
}

/**
 * The mean of `|p - y|`, in the unit of y. Keeps eight bytes a row.
 *
 * Baseline: always the median of y, the constant with the least mean absolute error.
 */
export function mae(): Metric<AbsoluteErrors> {
  const targets = numberList();
  let sum = 0;
  const rows = () => targets.values().length;
  return {
    add(p, y, n) {
      for (let i = 0; i < n; i++) {
        sum += Math.abs(p[i] - y[i]);
        targets.push(y[i]);
      }
    },
    state: () => ({ sum, targets: targets.values().slice() }),
    merge(other) {
      sum += other.sum;
      targets.append(other.targets);
    },
    result: () => sum / rows(),
    baseline() {
      const sorted = targets.values().slice().sort();
      const median = sorted[sorted.length >> 1];
      return sorted.reduce((total, y) => total + Math.abs(y - median), 0) / rows();
    },
  };
}
