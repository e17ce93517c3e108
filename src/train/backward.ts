import { map, type OperatorFunction } from 'rxjs';
import type { Network } from '../network/network.ts';
import type { Differentiated, Scored } from '../types.ts';

/**
 * Carries the gradient of the loss back through the network to all parameters.
 *
 * The gradient is borrowed: valid until the next mini-batch.
 */
export function backward(network: Network): OperatorFunction<Scored, Differentiated> {
  const { gradient, engine } = network;
  return map((scored) => {
    network.backward(scored.dOutput, scored.n);
    const gradientNorm = Math.sqrt(engine.kernels.sumOfSquares(gradient, gradient.length));
    engine.settle?.();
    return { ...scored, gradient, gradientNorm, gradientRows: scored.n };
  });
}
