import { elementwiseLayer } from '../elementwiseLayer.ts';
import type { Layer } from '../layer.ts';

/**
 * The smooth rectifier: always positive.
 *
 *   a = ln(1 + exp(z));  dz = da / (1 + exp(-z))
 *
 * Convention: as torch.nn.Softplus with beta 1, without its threshold.
 * @example softplus().kind //=> 'softplus'
 */
export function softplus(): Layer {
  return elementwiseLayer({ kind: 'softplus', f: 'softplus', range: [0, Infinity] });
}
