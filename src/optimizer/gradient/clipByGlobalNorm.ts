import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { GradientTransform } from './gradientTransform.ts';

/**
 * Shortens the whole gradient to a Euclidean norm of at most `limit`; its direction stays.
 *
 *   g = g min(1, limit / |g|)
 *
 * Convention: as optax.clip_by_global_norm; torch.nn.utils.clip_grad_norm_ divides by |g| + 1e-6 instead.
 * @param limit in the unit of the gradient, above 0
 * @throws OptionError where `limit` is out of bounds
 * @example clipByGlobalNorm(1).options //=> { limit: 1 }
 * @see Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063
 */
export function clipByGlobalNorm(limit: number): GradientTransform {
  checkOption('clipByGlobalNorm: limit', limit, number({ above: 0 }));
  return {
    name: 'clipByGlobalNorm',
    options: { limit },
    apply(gradient, { kernels }) {
      const norm = Math.sqrt(kernels.sumOfSquares(gradient, gradient.length));
      if (norm > limit) kernels.scale(gradient, gradient.length, limit / norm);
    },
  };
}
