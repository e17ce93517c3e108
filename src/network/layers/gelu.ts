import { oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { elementwiseLayer } from '../elementwiseLayer.ts';
import { he } from '../initializers/he.ts';
import type { Layer } from '../layer.ts';

export interface GeluOptions {
  /**
   * `tanh` takes `tanh(sqrt(2/pi) (z + 0.044715 z³))` for the error function: at most 0.0005 off, and what some published
   * networks were trained with.
   * @default 'none'
   */
  readonly approximate?: 'none' | 'tanh';
}

/**
 * The Gaussian error linear unit: each number times the probability that a normally distributed one is below it.
 *
 *   a = z P(z);  dz = da (P(z) + z p(z)), P the standard normal distribution, p its density
 *
 * @throws OptionError where `approximate` is neither
 * @example gelu().options //=> { approximate: 'none' }
 * @see Hendrycks and Gimpel 2016, arXiv:1606.08415
 */
export function gelu(options: GeluOptions = {}): Layer {
  checkOptions<GeluOptions>('gelu', options, { approximate: oneOf('none', 'tanh') });
  const { approximate = 'none' } = options;
  return elementwiseLayer({
    kind: 'gelu',
    f: approximate === 'tanh' ? 'geluTanh' : 'gelu',
    options: { approximate },
    range: [-0.17, Infinity],
    initializer: he(),
  });
}
