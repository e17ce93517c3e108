import { checkOption } from '../checkOption.ts';
import { elementwiseLayer } from '../elementwiseLayer.ts';
import type { Layer } from '../layer.ts';

export interface EluOptions {
  /**
   * Where the outputs of very negative numbers end, as `-alpha`; more than 0.
   * @default 1
   */
  readonly alpha?: number;
}

/**
 * The exponential linear unit: smooth below zero, where it saturates.
 *
 *   a = z where z > 0, alpha (exp(z) - 1) elsewhere;  dz = da where z > 0, da (a + alpha) elsewhere
 *
 * @throws OptionError where `alpha` is out of bounds
 * @example elu().options //=> { alpha: 1 }
 * @see Clevert et al. 2016, arXiv:1511.07289
 */
export function elu({ alpha = 1 }: EluOptions = {}): Layer {
  checkOption('elu: alpha', Number.isFinite(alpha) && alpha > 0, 'a number more than 0', alpha);
  return elementwiseLayer({ kind: 'elu', f: 'elu', options: { alpha }, parameter: alpha });
}
