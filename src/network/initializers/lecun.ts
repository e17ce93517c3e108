import type { Initializer } from '../layer.ts';
import { type Distribution, scaled } from './scaled.ts';

export interface LecunOptions {
  /**
   * `normal` or `uniform`, of the same variance.
   * @default 'normal'
   */
  readonly distribution?: Distribution;
}

/**
 * LeCun initialization, for SELU and no activation: signals keep their variance forwards.
 *
 *   var(w) = 1 / fanIn
 *
 * @throws OptionError where an option is out of bounds
 * @example lecun().name //=> 'lecun(normal)'
 * @see LeCun et al. 1998, Efficient backprop
 */
export function lecun(options: LecunOptions = {}): Initializer {
  return scaled('lecun', options, 'normal', (fanIn) => 1 / fanIn);
}
