import { countClasses } from './classCounts.ts';
import { type ConfusionCounts, confusionMatrix } from './confusionMatrix.ts';
import { alone, type Metric } from './types.ts';

/**
 * The share of rows whose most probable class is the right one. With one output, class 1 from the threshold on, 1/2
 * where there is no other.
 *
 * Baseline: always the most frequent class.
 * @example
 * ```ts
 * const metric = accuracy().begin();
 * metric.add(Float64Array.of(0.9, 0.2, 0.4, 0.6), Float64Array.of(1, 1, 0, 1), 4, 1);
 * metric.result(); //=> 0.75
 * ```
 */
export function accuracy(): Metric<ConfusionCounts> {
  return {
    name: 'accuracy',
    options: {},
    better: 'higher',
    tasks: ['binary', 'classes'],
    begin(share = alone) {
      const matrix = share(confusionMatrix);
      const { add, state, merge, counts } = matrix;

      function classes() {
        const there = countClasses();
        there.merge(counts().map((row) => row.reduce((sum, count) => sum + count, 0)));
        return there;
      }

      return {
        counts: matrix,
        add,
        state,
        merge,
        result: () => counts().reduce((sum, row, k) => sum + row[k], 0) / classes().rows,
        baseline: () => classes().majority(),
        constant: () => ({ kind: 'classes', classes: classes().most() }),
      };
    },
  };
}
