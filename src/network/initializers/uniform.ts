import { uniform as unitUniform } from '../../engine/random.ts';
import { number } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

export interface UniformOptions {
  /**
   * The least value, a finite number.
   * @default -0.05
   */
  readonly from?: number;
  /**
   * The bound above, not reached; a finite number, at least `from`.
   * @default 0.05
   */
  readonly to?: number;
}

/**
 * Numbers spread evenly over an interval, whatever the number of units.
 *
 * @throws OptionError where an option is out of bounds
 * @example uniform({ from: -1, to: 1 }).name //=> 'uniform(-1, 1)'
 */
export function uniform(options: UniformOptions = {}): Initializer {
  checkOptions<UniformOptions>('uniform', options, { from: number(), to: number() });
  const { from = -0.05, to = 0.05 } = options;
  checkOption('uniform: to', to, number({ least: from }));
  return {
    name: `uniform(${from}, ${to})`,
    fill(w, _fanIn, _fanOut, random) {
      for (let i = 0; i < w.length; i++) w[i] = from + (to - from) * unitUniform(random(i));
    },
  };
}
