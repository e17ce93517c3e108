import { map, type OperatorFunction } from 'rxjs';
import type { Network } from '../network/network.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { nonFinite } from './nonFinite.ts';
import type { TrainingState } from './trainingState.ts';
import type { Differentiated, Step } from './types.ts';

/**
 * Moves the parameters against their gradient and counts the step.
 *
 * @param state its moments, average and counters are changed in place
 * @throws NumericError where the loss or the gradient is not finite, with the parameters as they were
 * @example steps$.pipe(backward(network), update(network, optimizer, state))
 */
export function update(
  network: Network,
  optimizer: Optimizer,
  state: TrainingState,
): OperatorFunction<Differentiated, Step> {
  const { parameters, engine } = network;
  return map((differentiated) => {
    const { loss, gradient, gradientNorm, gradientRows } = differentiated;
    const step = state.step + 1;
    const { rateFactor } = state;
    const learningRate = optimizer.learningRateAt(step, rateFactor);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw nonFinite(network, { step, loss, gradientNorm, learningRate });
    }
    optimizer.update(engine.kernels, parameters, gradient, state.moments, step, rateFactor);
    engine.settle?.();
    state.advance(gradientRows);
    return { ...differentiated, step, rows: state.rows, learningRate };
  });
}
