import { map, type OperatorFunction } from 'rxjs';
import { checkOutputs } from '../loss/checkOutputs.ts';
import type { Loss } from '../loss/loss.ts';
import type { Network } from '../network/network.ts';
import type { Forwarded, Scored } from '../types.ts';

/**
 * Scores the output: the mean loss of the rows, and its gradient with respect to the output.
 *
 * A loss that is not finite is passed on; `update` stops the run before it does harm.
 * @throws ShapeError where the network does not have the output units that the loss takes
 */
export function lossOf(loss: Loss, network: Network): OperatorFunction<Forwarded, Scored> {
  checkOutputs(loss, network.outputs);
  const { dOutput, engine } = network;
  return map((forwarded) => {
    const { output, y, n, outputs, weights } = forwarded;
    const mean = loss.evaluate(output, y, dOutput, n, outputs, weights, engine.kernels);
    engine.settle?.();
    return { ...forwarded, loss: mean, dOutput };
  });
}
