import { elementwiseLayer } from '../elementwiseLayer.ts';
import type { Layer } from '../layer.ts';

/**
 * The logistic function: squeezes each number into (0, 1).
 *
 *   a = 1 / (1 + exp(-z));  dz = da a (1 - a)
 *
 * @example sigmoid().kind //=> 'sigmoid'
 */
export function sigmoid(): Layer {
  return elementwiseLayer({ kind: 'sigmoid', f: 'sigmoid', range: [0, 1] });
}
