import { oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { type ConfusionCounts, confusionMatrix } from './confusionMatrix.ts';
import { alone, type Metric } from './types.ts';

/** How often a class was predicted rightly, predicted, and there. */
export interface ClassHits {
  readonly hits: number;
  readonly predicted: number;
  readonly there: number;
}

export interface AverageOptions {
  /**
   * `fitting`: the figure of class 1 where there are two classes, the mean over the classes for more; `macro`: always the mean.
   * @default 'fitting'
   */
  readonly average?: 'fitting' | 'macro';
}

/**
 * A figure of one class, made from a confusion matrix: that of class 1 where there are two classes; for more the mean over those that are
 * there or were predicted, each counting the same (macro average).
 *
 * @param name what the function is called by the user
 * @param figure NaN where it is not defined, which counts as 0, as scikit-learn has it
 */
export function confusionMetric(
  name: string,
  figure: (hits: ClassHits) => number,
  options: AverageOptions = {},
): Metric<ConfusionCounts> {
  checkOptions<AverageOptions>(name, options, { average: oneOf('fitting', 'macro') });
  const { average = 'fitting' } = options;

  function result(counts: ConfusionCounts): number {
    const classes = counts.map((row, k) => ({
      hits: row[k],
      predicted: counts.reduce((sum, other) => sum + other[k], 0),
      there: row.reduce((sum, count) => sum + count, 0),
    }));
    if (!classes.some(({ there }) => there > 0)) return Number.NaN;
    const one = average === 'fitting' && classes.length === 2;
    const meant = one ? [classes[1]] : classes.filter(({ predicted, there }) => predicted + there > 0);
    return meant.reduce((sum, hits) => sum + (figure(hits) || 0), 0) / meant.length;
  }

  return {
    name: average === 'macro' ? `macro${name[0].toUpperCase()}${name.slice(1)}` : name,
    options: { average },
    better: 'higher',
    tasks: ['binary', 'classes'],
    begin(share = alone) {
      const matrix = share(confusionMatrix);
      const { add, state, merge, counts } = matrix;

      /** The figure of always the same class, by class. */
      function constants(): number[] {
        const all = counts();
        const there = all.map((row) => row.reduce((sum, count) => sum + count, 0));
        return all.map((_, k) => result(all.map((row, i) => row.map((_, j) => (j === k ? there[i] : 0)))));
      }

      return {
        counts: matrix,
        add,
        state,
        merge,
        result: () => result(counts()),
        baseline: () => Math.max(...constants()),
        constant() {
          const all = constants();
          return { kind: 'classes', classes: [all.indexOf(Math.max(...all))] };
        },
      };
    },
  };
}
