import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { elementwiseLayer } from '../elementwiseLayer.ts';
import { he } from '../initializers/he.ts';
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
export function elu(options: EluOptions = {}): Layer {
  checkOptions<EluOptions>('elu', options, { alpha: number({ above: 0 }) });
  const { alpha = 1 } = options;
  return elementwiseLayer({
    kind: 'elu',
    f: 'elu',
    options: { alpha },
    parameter: alpha,
    range: [-alpha, Infinity],
    initializer: he(),
  });
}
