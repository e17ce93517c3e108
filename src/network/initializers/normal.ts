import { normal as standardNormal } from '../../engine/random.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

export interface NormalOptions {
  /**
   * Any finite number.
   * @default 0
   */
  readonly mean?: number;
  /**
   * Standard deviation; at least 0.
   * @default 0.01
   */
  readonly deviation?: number;
}

/**
 * Normally distributed numbers, whatever the number of units.
 *
 * @throws OptionError where an option is out of bounds
 * @example normal({ deviation: 0.5 }).name //=> 'normal(0, 0.5)'
 */
export function normal(options: NormalOptions = {}): Initializer {
  checkOptions<NormalOptions>('normal', options, { mean: number(), deviation: number({ least: 0 }) });
  const { mean = 0, deviation = 0.01 } = options;
  return {
    name: `normal(${mean}, ${deviation})`,
    fill(w, _fanIn, _fanOut, random) {
      for (let i = 0; i < w.length; i++) w[i] = mean + deviation * standardNormal(random, i);
    },
  };
}
