import { number, required } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';

/** The options of `quantile`. */
export interface QuantileOptions {
  /** The share of targets that shall lie below the prediction, in (0, 1): 0.9 learns a bound that one in ten exceeds. */
  readonly q: number;
}

/**
 * Quantile loss, also called pinball loss: what is learned is a quantile of y.
 *
 *   e = y - p;  L = mean(max(q e, (q - 1) e));  dL/dp = (1 - q) / (n outputs) above y, -q / (n outputs) below, 0 at y
 *
 * Convention: as sklearn.metrics.mean_pinball_loss; q = 0.5 is half the mean absolute error; 0 for no rows.
 * @throws OptionError where `q` is not in (0, 1)
 * @example quantile({ q: 0.75 }).evaluate(Float64Array.of(1), Float64Array.of(3), new Float64Array(1), 1, 1) //=> 1.5
 * @see Koenker and Bassett 1978, doi:10.2307/1913643
 */
export function quantile(options: QuantileOptions): Loss {
  checkOptions<QuantileOptions>('quantile', options, { q: required(number({ above: 0, below: 1 })) });
  const { q } = options;
  return pointwise({
    name: 'quantile',
    options: { q },
    task: 'regression',
    value: (p, y) => Math.max(q * (y - p), (q - 1) * (y - p)),
    derivative: (p, y) => (p > y ? 1 - q : p < y ? -q : p - y),
  });
}
