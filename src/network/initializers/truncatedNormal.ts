import { normal, type RandomSequence } from '../../engine/random.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

export interface TruncatedNormalOptions {
  /**
   * Any finite number.
   * @default 0
   */
  readonly mean?: number;
  /**
   * Standard deviation before truncation; at least 0.
   * @default 0.01
   */
  readonly deviation?: number;
  /**
   * The farthest from the mean, in deviations; at least 1.
   * @default 2
   */
  readonly bound?: number;
}

/**
 * Normally distributed numbers without those far out, which are drawn again.
 *
 *   var(w) = deviation² (1 - 2 b p(b) / (P(b) - P(-b))), b the bound; 0.774 deviation² at 2
 *
 * @throws OptionError where an option is out of bounds
 * @example truncatedNormal().name //=> 'truncatedNormal(0, 0.01, 2)'
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): Initializer {
  checkOptions<TruncatedNormalOptions>('truncatedNormal', options, {
    mean: number(),
    deviation: number({ least: 0 }),
    bound: number({ least: 1 }),
  });
  const { mean = 0, deviation = 0.01, bound = 2 } = options;
  return {
    name: `truncatedNormal(${mean}, ${deviation}, ${bound})`,
    fill(w, _fanIn, _fanOut, random) {
      for (let i = 0; i < w.length; i++) w[i] = mean + deviation * within(random, i, w.length, bound);
    },
  };
}

/** The first of the numbers `i`, `i + step`, `i + 2 step` ... that is not beyond the bound. */
function within(random: RandomSequence, i: number, step: number, bound: number): number {
  for (let index = i; ; index += step) {
    const z = normal(random, index);
    if (Math.abs(z) <= bound) return z;
  }
}
