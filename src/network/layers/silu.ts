import { elementwiseLayer } from '../elementwiseLayer.ts';
import { he } from '../initializers/he.ts';
import type { Layer } from '../layer.ts';

/**
 * The sigmoid linear unit, also known as swish.
 *
 *   a = z s, s = 1 / (1 + exp(-z));  dz = da s (1 + z (1 - s))
 *
 * @example silu().kind //=> 'silu'
 * @see Elfwing et al. 2018, arXiv:1702.03118
 */
export function silu(): Layer {
  return elementwiseLayer({ kind: 'silu', f: 'silu', range: [-0.2785, Infinity], initializer: he() });
}
