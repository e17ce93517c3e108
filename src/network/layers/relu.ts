import { elementwiseLayer } from '../elementwiseLayer.ts';
import { he } from '../initializers/he.ts';
import type { Layer } from '../layer.ts';

/**
 * The rectifier: passes what is positive.
 *
 *   a = max(z, 0);  dz = da where z > 0, 0 elsewhere (at 0 too)
 *
 * @example relu().kind //=> 'relu'
 */
export function relu(): Layer {
  return elementwiseLayer({ kind: 'relu', f: 'relu', range: [0, Infinity], initializer: he() });
}
