import { defer, filter, map, type OperatorFunction, reduce } from 'rxjs';
import { checkOutputs } from '../loss/checkOutputs.ts';
import type { Loss } from '../loss/loss.ts';
import type { Network } from '../network/network.ts';
import type { MiniBatch } from '../types.ts';
import { createEvaluation, type EvaluationTarget, type Score } from './metrics/createEvaluation.ts';

export type { EvaluationTarget, Score };

/**
 * Scores all rows with the parameters as they are, and emits the metrics once, when the mini-batches are done; nothing
 * for no rows.
 *
 * @throws ShapeError where the network does not have the output units that the loss takes
 */
export function evaluate(network: Network, loss: Loss, target: EvaluationTarget): OperatorFunction<MiniBatch, Score> {
  checkOutputs(loss, network.outputs);
  return (batches$) =>
    defer(() =>
      batches$.pipe(
        reduce(
          (evaluation, batch) => {
            const output = network.forward(batch, 'inference');
            evaluation.add(output, batch.y, batch.n, network.outputs);
            return evaluation;
          },
          createEvaluation(loss, target),
        ),
        map((evaluation) => evaluation.result()),
        filter(({ rows }) => rows > 0),
      ),
    );
}
