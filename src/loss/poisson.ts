import { exp } from './exp.ts';
import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';

/** Beyond this, exp is continued by its tangent: the loss stays finite, and convex, where exp would overflow float32. */
const most = 60;
const steepest = exp(most);

/**
 * Negative log likelihood of Poisson counts, for one output unit without an activation that is the logarithm of the rate. `y` is a
 * count: declare the target as `regression(column, { scale: 'none' })`.
 *
 *   L = mean(exp(z) - y z);  dL/dz = (exp(z) - y) / n;  prediction exp(z)
 *
 * Convention: as torch.nn.PoissonNLLLoss with log input and mean reduction, without the constant log(y!); 0 for no rows. Beyond
 * z = 60, exp goes on as its tangent.
 * @example poisson().evaluate(Float64Array.of(0), Float64Array.of(3), new Float64Array(1), 1, 1) //=> 1
 */
export function poisson(): Loss {
  return pointwise({
    name: 'poisson',
    options: {},
    task: 'regression',
    targets: [0, Infinity],
    value: (z, y) => (z <= most ? exp(z) : steepest * (1 + (z - most))) - y * z,
    derivative: (z, y) => exp(Math.min(z, most)) - y,
    predict: (z) => exp(Math.min(z, most)),
  });
}
