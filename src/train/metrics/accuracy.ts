import { countClasses } from './classCounts.ts';
import type { Metric } from './metric.ts';

/**
 * The share of rows whose most probable class is the right one. With one output, class 1 from a probability of 1/2 on.
 *
 * Baseline: always the most frequent class.
 */
export function accuracy(): Metric {
  const classes = countClasses();
  let right = 0;
  return {
    add(p, y, n, outputs) {
      for (let row = 0; row < n; row++) {
        let best = 0;
        if (outputs === 1) best = p[row] >= 0.5 ? 1 : 0;
        for (let k = 1; k < outputs; k++) if (p[row * outputs + k] > p[row * outputs + best]) best = k;
        if (best === y[row]) right++;
      }
      classes.add(y, n);
    },
    result: () => right / classes.rows,
    baseline: () => classes.majority(),
  };
}
