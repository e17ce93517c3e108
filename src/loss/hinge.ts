import type { Loss } from './loss.ts';
import { pointwise } from './pointwise.ts';
import { sigmoidOf } from './sigmoidOf.ts';

/**
 * Hinge loss, for one output unit without an activation: a row costs nothing once it is on its side with a margin of 1.
 *
 *   s = 2y - 1;  L = mean(max(0, 1 - s z));  dL/dz = -s / n where s z < 1, 0 elsewhere
 *
 * Convention: as sklearn.metrics.hinge_loss, with y of zeros and ones; 0 for no rows. Its predictions, sigmoid(z), rank and decide as z
 * does, but are not calibrated: read their log loss with care.
 * @example hinge().evaluate(Float64Array.of(0.25), Float64Array.of(1), new Float64Array(1), 1, 1) //=> 0.75
 * @see Cortes and Vapnik 1995, doi:10.1007/BF00994018
 */
export function hinge(): Loss {
  return pointwise({
    name: 'hinge',
    options: {},
    task: 'binary',
    targets: [0, 1],
    value: (z, y) => Math.max(0, 1 - (2 * y - 1) * z),
    derivative: (z, y) => ((2 * y - 1) * z < 1 ? 1 - 2 * y : 0 * z),
    predict: sigmoidOf,
  });
}
