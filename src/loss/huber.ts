import { number } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';

/** The options of `huber`. */
export interface HuberOptions {
  /**
   * Where the square turns into a line, in the unit of y (of the standardized y, where the target is); above 0.
   * @default 1
   */
  readonly delta?: number;
}

/**
 * Huber loss: squared near zero, linear beyond `delta`, so that outliers pull no harder than `delta`.
 *
 *   e = p - y;  L = mean(e²/2) where |e| <= delta, mean(delta (|e| - delta/2)) elsewhere
 *   dL/dp = e / (n outputs), or delta sign(e) / (n outputs)
 *
 * Convention: as torch.nn.HuberLoss with mean reduction; 0 for no rows.
 * @throws OptionError where `delta` is not above 0
 * @example huber({ delta: 1 }).evaluate(Float64Array.of(3), Float64Array.of(0), new Float64Array(1), 1, 1) //=> 2.5
 * @see Huber 1964, doi:10.1214/aoms/1177703732
 */
export function huber(options: HuberOptions = {}): Loss {
  checkOptions<HuberOptions>('huber', options, { delta: number({ above: 0 }) });
  const { delta = 1 } = options;
  return pointwise({
    name: 'huber',
    options: { delta },
    task: 'regression',
    value(p, y) {
      const e = Math.abs(p - y);
      return e <= delta ? (e * e) / 2 : delta * (e - delta / 2);
    },
    derivative: (p, y) => Math.max(-delta, Math.min(delta, p - y)),
  });
}
