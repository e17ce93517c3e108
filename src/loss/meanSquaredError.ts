import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';

/**
 * Mean squared error, for output units without an activation. With several outputs a row, `y` is `[n, outputs]`.
 *
 *   e = p - y;  L = mean(e²);  dL/dp = 2 e / (n outputs)
 *
 * Convention: as torch.nn.MSELoss with mean reduction, the mean going over rows and outputs; 0 for no rows.
 * @example meanSquaredError().evaluate(Float64Array.of(3), Float64Array.of(1), new Float64Array(1), 1, 1) //=> 4
 */
export function meanSquaredError(): Loss {
  return pointwise({
    name: 'meanSquaredError',
    options: {},
    task: 'regression',
    value: (p, y) => (p - y) * (p - y),
    derivative: (p, y) => 2 * (p - y),
  });
}
