import type { Vector } from '../../engine/types.ts';
import { numberList } from './numberList.ts';
import type { Metric } from './types.ts';

/** A sum of distances, and the targets they were measured to. */
export interface AbsoluteErrors {
  readonly sum: number;
  readonly targets: Vector;
}

/**
 * The mean of `|p - y|`, in the unit of y. Keeps eight bytes a row.
 *
 * Baseline: always the median of y, the constant with the least mean absolute error.
 * @example
 * ```ts
 * const metric = mae().begin();
 * metric.add(Float64Array.of(1, 4), Float64Array.of(2, 2), 2, 1);
 * metric.result(); //=> 1.5
 * ```
 */
export function mae(): Metric<AbsoluteErrors> {
  return {
    name: 'mae',
    options: {},
    better: 'lower',
    tasks: ['regression'],
    begin() {
      const targets = numberList();
      let sum = 0;
      const rows = () => targets.values().length;
      // In place: their order is of no concern, and they may be millions.
      const median = () => targets.values().sort()[rows() >> 1];
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
          const middle = median();
          let total = 0;
          for (const y of targets.values()) total += Math.abs(y - middle);
          return total / rows();
        },
        constant: () => ({ kind: 'median', value: median() }),
      };
    },
  };
}
