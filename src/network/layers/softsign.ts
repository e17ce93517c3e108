import { elementwiseLayer } from '../elementwiseLayer.ts';
import type { Layer } from '../layer.ts';

/**
 * Squeezes each number into (-1, 1), with longer tails than tanh.
 *
 *   a = z / (1 + |z|);  dz = da / (1 + |z|)²
 *
 * @example softsign().kind //=> 'softsign'
 */
export function softsign(): Layer {
  return elementwiseLayer({ kind: 'softsign', f: 'softsign', range: [-1, 1] });
}
