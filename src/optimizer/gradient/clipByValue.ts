import { checkOptions, positive } from '../checkOptions.ts';
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
  checkOptions('clipByValue', { limit }, { limit: positive });
  return {
    name: 'clipByValue',
    options: { limit },
    apply(gradient, { kernels }) {
      kernels.clip(gradient, gradient.length, limit);
    },
  };
}
