import { normal as standardNormal } from '../../engine/random.ts';
import { checkOption } from '../checkOption.ts';
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
export function normal({ mean = 0, deviation = 0.01 }: NormalOptions = {}): Initializer {
  checkOption('normal: mean', Number.isFinite(mean), 'a finite number', mean);
  checkOption('normal: deviation', Number.isFinite(deviation) && deviation >= 0, 'a number of at least 0', deviation);
  return {
    name: `normal(${mean}, ${deviation})`,
    fill(w, _fanIn, _fanOut, random) {
      for (let i = 0; i < w.length; i++) w[i] = mean + deviation * standardNormal(random, i);
    },
  };
}
