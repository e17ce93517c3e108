import { type Accumulator, alone, type Metric } from './types.ts';

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
function squared(
  facts: Pick<Metric, 'name' | 'better'>,
  figure: (meanSquare: number, variance: number) => number,
  needsVariance = false,
): Metric<Sums> {
  return {
    ...facts,
    options: {},
    tasks: ['regression'],
    begin(share = alone) {
      const counts = share(sumSquares);
      const { add, state, merge, sums } = counts;
      return {
        counts,
        add,
        state,
        merge,
        result: () => figure(sums.squares / sums.rows, sums.spread / sums.rows),
        baseline: () => figure(sums.spread / sums.rows, sums.spread / sums.rows),
        constant: () => ({ kind: 'mean', value: sums.mean }),
        lacks: () => (needsVariance && sums.spread === 0 ? { kind: 'constant', value: sums.mean } : undefined),
      };
    },
  };
}

function sumSquares(): Accumulator<Sums> & { readonly sums: Sums } {
  const sums = { rows: 0, squares: 0, mean: 0, spread: 0 };
  return {
    sums,
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
  };
}

/**
 * The mean of `(p - y)²`. Baseline: the variance of y, as of always predicting its mean.
 * @example
 * ```ts
 * const metric = mse().begin();
 * metric.add(Float64Array.of(1, 4), Float64Array.of(2, 2), 2, 1);
 * metric.result(); //=> 2.5
 * ```
 */
export function mse(): Metric<Sums> {
  return squared({ name: 'mse', better: 'lower' }, (meanSquare) => meanSquare);
}

/**
 * The root of the mean of `(p - y)²`, in the unit of y. Baseline: the standard deviation of y.
 * @example
 * ```ts
 * const metric = rmse().begin();
 * metric.add(Float64Array.of(1, 3), Float64Array.of(2, 2), 2, 1);
 * metric.result(); //=> 1
 * ```
 */
export function rmse(): Metric<Sums> {
  return squared({ name: 'rmse', better: 'lower' }, Math.sqrt);
}

/**
 * The share of the variance of y that is explained: `1 - mse / variance`; NaN where y is constant. Baseline: 0.
 * @example
 * ```ts
 * const metric = r2().begin();
 * metric.add(Float64Array.of(1, 3), Float64Array.of(1, 3), 2, 1);
 * metric.result(); //=> 1
 * ```
 */
export function r2(): Metric<Sums> {
  return squared(
    { name: 'r2', better: 'higher' },
    (meanSquare, variance) => (variance > 0 ? 1 - meanSquare / variance : Number.NaN),
    true,
  );
}
