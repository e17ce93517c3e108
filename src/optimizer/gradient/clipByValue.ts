import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { GradientTransform } from './gradientTransform.ts';

/**
 * Cuts each number of the gradient to `[-limit, limit]`. Its direction changes; see `clipByGlobalNorm` for one that keeps it.
 *
 *   g = max(-limit, min(limit, g))
 *
 * Convention: as torch.nn.utils.clip_grad_value_.
 * @param limit in the unit of the gradient, above 0
 * @throws OptionError where `limit` is out of bounds
 * @example clipByValue(0.5).options //=> { limit: 0.5 }
 */
export function clipByValue(limit: number): GradientTransform {
  checkOption('clipByValue: limit', limit, number({ above: 0 }));
  return {
    name: 'clipByValue',
    options: { limit },
    apply(gradient, { kernels }) {
      kernels.clip(gradient, gradient.length, limit);
    },
  };
}
