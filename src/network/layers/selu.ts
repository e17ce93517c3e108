import { elementwiseLayer } from '../elementwiseLayer.ts';
import { lecun } from '../initializers/lecun.ts';
import type { Layer } from '../layer.ts';

/**
 * The scaled exponential linear unit: with LeCun initialization, layers of it draw their outputs to mean 0 and variance 1.
 *
 *   a = s z where z > 0, s alpha (exp(z) - 1) elsewhere;  s = 1.0507009873554805, alpha = 1.6732632423543772
 *   dz = s da where z > 0, da (a + s alpha) elsewhere
 *
 * @example selu().kind //=> 'selu'
 * @see Klambauer et al. 2017, Self-normalizing neural networks, arXiv:1706.02515
 */
export function selu(): Layer {
  return elementwiseLayer({ kind: 'selu', f: 'selu', range: [-1.7580993408473766, Infinity], initializer: lecun() });
}
