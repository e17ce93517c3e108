import { defer, filter, map, type OperatorFunction, reduce } from 'rxjs';
import type { MiniBatch } from '../batch/types.ts';
import type { Vector } from '../engine/types.ts';
import { checkOutputs } from '../loss/checkOutputs.ts';
import type { Loss } from '../loss/loss.ts';
import type { Network } from '../network/network.ts';
import { aFunction } from '../options/bounds.ts';
import { checkOptions } from '../options/checkOptions.ts';
import {
  createEvaluation,
  type EvaluationOptions,
  type EvaluationTarget,
  evaluationFields,
  type Scores,
} from './metrics/createEvaluation.ts';

export type { EvaluationTarget, Scores };

/** The options of `evaluate`. */
export interface EvaluateOptions extends EvaluationOptions {
  /** Sees what the network gives for each mini-batch, `[n, outputs]`, and the targets `[n]`; both are overwritten by the next. */
  readonly onOutput?: (output: Vector, y: Vector, n: number, outputs: number) => void;
}

/**
 * Scores all rows with the parameters as they are, and emits the metrics once, when the mini-batches are done; nothing
 * for no rows.
 *
 * @throws ShapeError where the network does not have the output units that the loss takes
 * @example miniBatches$.pipe(evaluate(network, loss, target), withAverage(state))
 */
export function evaluate(
  network: Network,
  loss: Loss,
  target: EvaluationTarget,
  options: EvaluateOptions = {},
): OperatorFunction<MiniBatch, Scores> {
  checkOptions<EvaluateOptions>('evaluate', options, { ...evaluationFields, onOutput: aFunction() });
  checkOutputs(loss, network.outputs);
  const { onOutput, ...scoring } = options;
  return (batches$) =>
    defer(() =>
      batches$.pipe(
        reduce(
          (evaluation, batch) => {
            const output = network.forward(batch, 'inference');
            onOutput?.(output, batch.y, batch.n, network.outputs);
            evaluation.add(output, batch.y, batch.n, network.outputs);
            return evaluation;
          },
          createEvaluation(loss, target, scoring),
        ),
        map((evaluation) => evaluation.result()),
        filter(({ rows }) => rows > 0),
      ),
    );
}
