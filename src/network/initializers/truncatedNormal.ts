import { normal, type RandomSequence } from '../../engine/random.ts';
import { checkOption } from '../checkOption.ts';
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
export function truncatedNormal({ mean = 0, deviation = 0.01, bound = 2 }: TruncatedNormalOptions = {}): Initializer {
  const bounded = Number.isFinite(deviation) && deviation >= 0;
  checkOption('truncatedNormal: mean', Number.isFinite(mean), 'a finite number', mean);
  checkOption('truncatedNormal: deviation', bounded, 'a number of at least 0', deviation);
  checkOption('truncatedNormal: bound', bound >= 1, 'a number of at least 1', bound);
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
