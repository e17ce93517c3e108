import { normal, uniform } from '../../engine/random.ts';
import { oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

/** The shape of the distribution that first weights are drawn from; its variance is the same for both. */
export type Distribution = 'normal' | 'uniform';

/** Options that all of these have. */
export interface ScaledOptions {
  readonly distribution?: Distribution;
}

/**
 * Zero-mean numbers of a variance that depends on the units before and after: what Xavier and He have in common.
 * A uniform distribution over `[-r, r)` has variance `r²/3`.
 *
 * @param usual the distribution where none is given
 * @throws OptionError where an option is unknown or `distribution` is neither
 */
export function scaled(
  kind: string,
  options: ScaledOptions,
  usual: Distribution,
  variance: (fanIn: number, fanOut: number) => number,
): Initializer {
  checkOptions<ScaledOptions>(kind, options, { distribution: oneOf('normal', 'uniform') });
  const { distribution = usual } = options;
  return {
    name: `${kind}(${distribution})`,
    fill(w, fanIn, fanOut, random) {
      const deviation = Math.sqrt(variance(fanIn, fanOut));
      if (distribution === 'normal') {
        for (let i = 0; i < w.length; i++) w[i] = deviation * normal(random, i);
      } else {
        const radius = deviation * Math.sqrt(3);
        for (let i = 0; i < w.length; i++) w[i] = radius * (2 * uniform(random(i)) - 1);
      }
    },
  };
}
