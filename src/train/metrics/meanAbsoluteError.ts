import type { Vector } from '../../types.ts';
import type { Metric } from './metric.ts';
import { numberList } from './numberList.ts';

/** A sum of distances, and the targets they were measured to. */
export interface AbsoluteErrors {
  readonly sum: number;
  readonly targets: Vector;
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
      // In a variable of its own: what other functions see too is made anew on the heap with each row.
      let total = sum;
      targets.keepDigits(y);
      for (let i = 0; i < n; i++) {
        total += Math.abs(p[i] - y[i]);
        targets.push(y[i]);
      }
      sum = total;
    },
    state: () => ({ sum, targets: targets.values().slice() }),
    merge(other) {
      sum += other.sum;
      targets.append(other.targets);
    },
    result: () => sum / rows(),
    baseline() {
      // In place: their order is of no concern, and they may be millions.
      const sorted = targets.values().sort();
      const median = sorted[sorted.length >> 1];
      let total = 0;
      for (const y of sorted) total += Math.abs(y - median);
      return total / sorted.length;
    },
  };
}
