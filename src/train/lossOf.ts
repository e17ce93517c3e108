import { map, type OperatorFunction } from 'rxjs';
import { checkOutputs } from '../loss/checkOutputs.ts';
import type { Loss } from '../loss/loss.ts';
import type { Network } from '../network/network.ts';
import type { Mode } from '../network/types.ts';
import { assertLossDerivative } from './gradient/assertDerivatives.ts';
import type { Forwarded, Scored } from './types.ts';

/**
 * Scores the output: the mean loss of the rows, and its gradient with respect to the output.
 *
 * A loss that is not finite is passed on; `update` stops the run before it does harm. A loss that is not Millrace's own is held to the
 * difference quotient on the first rows.
 * @throws NumericError, from the stream, where the gradient of such a loss is not its derivative
 * @throws ShapeError where the network does not have the output units that the loss takes
 * @example steps$.pipe(forward(network, { mode: 'training' }), lossOf(loss, network), backward(network))
 */
export function lossOf<M extends Mode>(loss: Loss, network: Network): OperatorFunction<Forwarded<M>, Scored<M>> {
  checkOutputs(loss, network.outputs);
  const { dOutput, engine } = network;
  return map((forwarded) => {
    const { output, y, n, outputs, weights } = forwarded;
    assertLossDerivative(loss, forwarded);
    const mean = loss.evaluate(output, y, dOutput, n, outputs, weights, engine.kernels);
    engine.settle?.();
    return { ...forwarded, loss: mean, dOutput };
  });
}
