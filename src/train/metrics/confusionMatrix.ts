import { predictedClass } from './predictedClass.ts';
import type { Accumulator } from './types.ts';

/** Rows by right class and predicted class: `counts[right][predicted]`. */
export type ConfusionCounts = readonly (readonly number[])[];

/** Counts of predicted classes by right class. */
export interface ConfusionMatrix extends Accumulator<ConfusionCounts> {
  /** Rows by right class (first index) and predicted class (second); a copy. Two by two for a binary target. */
  counts(): ConfusionCounts;
}

/**
 * Counts how often which class was taken for which. With one output, class 1 is predicted from the probability `threshold` on.
 *
 * Convention: as sklearn.metrics.confusion_matrix.
 * @example
 * ```ts
 * const matrix = confusionMatrix();
 * matrix.add(Float64Array.of(0.9, 0.2, 0.6), Float64Array.of(1, 1, 0), 3, 1);
 * matrix.counts(); //=> [[0, 1], [1, 1]]
 * ```
 */
export function confusionMatrix(threshold = 0.5): ConfusionMatrix {
  let size = 0;
  const counts: number[][] = [];
  function widen(to: number): void {
    for (; size < to; size++) {
      for (const row of counts) row.push(0);
      counts.push(new Array(size + 1).fill(0));
    }
  }
  const copy = () => counts.map((row) => row.slice());
  return {
    add(p, y, n, outputs) {
      widen(Math.max(2, outputs));
      for (let row = 0; row < n; row++) counts[y[row]][predictedClass(p, row, outputs, threshold)]++;
    },
    state: copy,
    merge(others) {
      widen(others.length);
      others.forEach((row, right) => {
        row.forEach((count, predicted) => {
          counts[right][predicted] += count;
        });
      });
    },
    counts: copy,
  };
}
