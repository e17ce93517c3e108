import type { Metric } from './metric.ts';

/** Sums over a stream of predictions and targets. */
export interface Sums {
  readonly rows: number;
  /** Sum of `(p - y)²`. */
  readonly squares: number;
  /** Mean of y so far, and the sum of its squared distances from it (Welford 1962). */
  readonly mean: number;
  readonly spread: number;
}

/** What the metrics of squared error have in common: a figure made from sums. */
function squared(figure: (meanSquare: number, variance: number) => number): Metric<Sums> {
  const sums = { rows: 0, squares: 0, mean: 0, spread: 0 };
  return {
    add(p, y, n) {
      for (let i = 0; i < n; i++) {
        const distance = y[i] - sums.mean;
        sums.rows++;
        sums.mean += distance / sums.rows;
        sums.spread += distance * (y[i] - sums.mean);
        sums.squares += (p[i] - y[i]) ** 2;
      }
    },
    state: () => ({ ...sums }),
    // Chan, Golub and LeVeque 1979: the distance of the two means adds to the spread.
    merge(other) {
      if (other.rows === 0) return;
      const rows = sums.rows + other.rows;
      const distance = other.mean - sums.mean;
      sums.spread += other.spread + (distance * distance * sums.rows * other.rows) / rows;
      sums.mean += (distance * other.rows) / rows;
      sums.squares += other.squares;
      sums.rows = rows;
    },
    result: () => figure(sums.squares / sums.rows, sums.spread / sums.rows),
    baseline: () => figure(sums.spread / sums.rows, sums.spread / sums.rows),
  };
}

/** The mean of `(p - y)²`. Baseline: the variance of y, as of always predicting its mean. */
export function mse(): Metric<Sums> {
  return squared((meanSquare) => meanSquare);
}

/** The root of the mean of `(p - y)²`, in the unit of y. Baseline: the standard deviation of y. */
export function rmse(): Metric<Sums> {
  return squared(Math.sqrt);
}

/** The share of the variance of y that is explained: `1 - mse / variance`; NaN where y is constant. Baseline: 0. */
export function r2(): Metric<Sums> {
  return squared((meanSquare, variance) => (variance > 0 ? 1 - meanSquare / variance : Number.NaN));
}
