import { elementwiseLayer } from '../elementwiseLayer.ts';
import type { Layer } from '../layer.ts';

/**
 * The hyperbolic tangent: squeezes each number into (-1, 1).
 *
 *   a = tanh(z);  dz = da (1 - a²)
 *
 * @example tanh().kind //=> 'tanh'
 */
export function tanh(): Layer {
  return elementwiseLayer({ kind: 'tanh', f: 'tanh', range: [-1, 1] });
}
