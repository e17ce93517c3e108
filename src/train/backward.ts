import { map, type OperatorFunction } from 'rxjs';
import type { Network } from '../network/network.ts';
import { assertLayerDerivatives } from './gradient/assertDerivatives.ts';
import type { Differentiated, Scored } from './types.ts';

/**
 * Carries the gradient of the loss back through the network to all parameters.
 *
 * The gradient is borrowed: valid until the next mini-batch.
 * Before the first of a network, layers that are not Millrace's own are held to the difference quotient on a few rows.
 * @throws NumericError, from the stream, where the pullback of such a layer is not its derivative
 * @throws ShapeError, from the stream, where the forward pass was not in training mode
 * @example steps$.pipe(forward(network, { mode: 'training' }), lossOf(loss, network), backward(network))
 */
export function backward(network: Network): OperatorFunction<Scored<'training'>, Differentiated> {
  const { gradient, engine } = network;
  return map((scored) => {
    assertLayerDerivatives(network, scored.n);
    network.backward(scored.dOutput, scored.n);
    const gradientNorm = Math.sqrt(engine.kernels.sumOfSquares(gradient, gradient.length));
    engine.settle?.();
    return { ...scored, gradient, gradientNorm, gradientRows: scored.n };
  });
}
