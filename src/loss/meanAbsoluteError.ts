import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';

/**
 * Mean absolute error, for output units without an activation: what is learned is a median. With several outputs a row, `y`
 * is `[n, outputs]`.
 *
 *   e = p - y;  L = mean(|e|);  dL/dp = sign(e) / (n outputs), 0 where e is 0
 *
 * Convention: as torch.nn.L1Loss with mean reduction; 0 for no rows.
 * @example meanAbsoluteError().evaluate(Float64Array.of(3), Float64Array.of(5), new Float64Array(1), 1, 1) //=> 2
 */
export function meanAbsoluteError(): Loss {
  return pointwise({
    name: 'meanAbsoluteError',
    options: {},
    task: 'regression',
    value: (p, y) => Math.abs(p - y),
    derivative: (p, y) => Math.sign(p - y),
  });
}
