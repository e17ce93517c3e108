import type { Initializer } from '../layer.ts';
import { type Distribution, scaled } from './scaled.ts';

export interface HeOptions {
  /**
   * `normal` or `uniform`, of the same variance.
   * @default 'normal'
   */
  readonly distribution?: Distribution;
}

/**
 * He initialization, for ReLU and its relatives: makes up for the half of the signal that they cut off.
 *
 *   var(w) = 2 / fanIn
 *
 * @throws OptionError where an option is out of bounds
 * @example he().name //=> 'he(normal)'
 * @see He et al. 2015, Delving deep into rectifiers, arXiv:1502.01852
 */
export function he(options: HeOptions = {}): Initializer {
  return scaled('he', options, 'normal', (fanIn) => 2 / fanIn);
}
