import type { Initializer } from '../layer.ts';
import { type Distribution, scaled } from './scaled.ts';

export interface XavierOptions {
  /**
   * `normal` or `uniform`, of the same variance.
   * @default 'uniform'
   */
  readonly distribution?: Distribution;
}

/**
 * Xavier initialization, for sigmoid, tanh and no activation: signals keep their variance forwards and backwards.
 *
 *   var(w) = 2 / (fanIn + fanOut)
 *
 * @throws OptionError where an option is out of bounds
 * @example xavier().name //=> 'xavier(uniform)'
 * @see Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks
 */
export function xavier(options: XavierOptions = {}): Initializer {
  return scaled('xavier', options, 'uniform', (fanIn, fanOut) => 2 / (fanIn + fanOut));
}
