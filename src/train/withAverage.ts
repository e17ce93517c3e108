import { defer, finalize, type MonoTypeOperatorFunction } from 'rxjs';
import type { TrainingState } from './trainingState.ts';

/**
 * Runs what is above it on the moving average of the parameters, where there is one: put it behind `evaluate`. The parameters
 * are back when the stream has ended, however it does; snapshots hold them meanwhile as they were trained.
 * @example miniBatches$.pipe(evaluate(network, loss, target), withAverage(state))
 */
export function withAverage<T>(state: Pick<TrainingState, 'exchange'>): MonoTypeOperatorFunction<T> {
  return (scores$) =>
    defer(() => {
      state.exchange();
      return scores$.pipe(finalize(() => state.exchange()));
    });
}
