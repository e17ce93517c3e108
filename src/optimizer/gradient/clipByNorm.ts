import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { GradientTransform } from './gradientTransform.ts';

/**
 * Shortens the gradient of each parameter (each weight matrix, each bias) to a Euclidean norm of at most `limit`.
 *
 *   g = g min(1, limit / |g|), parameter by parameter
 *
 * Convention: as tf.clip_by_norm of each parameter.
 * @param limit in the unit of the gradient, above 0
 * @throws OptionError where `limit` is out of bounds
 * @example clipByNorm(1).options //=> { limit: 1 }
 */
export function clipByNorm(limit: number): GradientTransform {
  checkOption('clipByNorm: limit', limit, number({ above: 0 }));
  return {
    name: 'clipByNorm',
    options: { limit },
    apply(gradient, { kernels, places }) {
      for (const { offset, length } of places) {
        const part = gradient.subarray(offset, offset + length);
        const norm = Math.sqrt(kernels.sumOfSquares(part, length));
        if (norm > limit) kernels.scale(part, length, limit / norm);
      }
    },
  };
}
