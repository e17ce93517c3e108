import { identity, map, type OperatorFunction } from 'rxjs';
import type { Network } from '../network/network.ts';
import type { GradientTransform } from '../optimizer/gradient/gradientTransform.ts';
import type { Differentiated } from './types.ts';

/**
 * Applies transforms to the gradient in their order, in place, between `backward` and `update`.
 *
 * `gradientNorm` stays that of the gradient as it came: what clipping has hidden shows there.
 * @example steps$.pipe(backward(network), transformGradient([clipByGlobalNorm(1)], network), update(network, optimizer, state))
 */
export function transformGradient(
  transforms: readonly GradientTransform[],
  network: Network,
): OperatorFunction<Differentiated, Differentiated> {
  if (transforms.length === 0) return identity;
  const { places, engine } = network;
  const context = { places, kernels: engine.kernels };
  return map((differentiated) => {
    for (const transform of transforms) transform.apply(differentiated.gradient, context);
    return differentiated;
  });
}
