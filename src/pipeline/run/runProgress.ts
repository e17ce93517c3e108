import type { Position } from '../../batch/types.ts';
import type { Progress } from '../../model/types.ts';
import { metricNames } from '../../train/metrics/metricsFor.ts';
import type { TrainingEvent } from '../../train/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';

/** The beginning of an epoch. */
export function beginningOf(epoch: number): Position {
  return { epoch, window: 0, cursor: null, skip: 0, offset: 0 };
}

/** A run that has not begun. */
export function noProgress(): Progress {
  return { position: beginningOf(0), loss: { epoch: 0, sum: 0, rows: 0 }, validation: null, best: null };
}

/** The metric by which validations are compared: the one that early stopping watches, or else the first of the target's. */
export function watchedMetric({ earlyStopping, target }: Pick<Pipeline, 'earlyStopping' | 'target'>): string {
  return earlyStopping ? `${earlyStopping.options.metric}` : metricNames(target.kind)[0];
}

/** Takes note of an event, before any sink sees it: a checkpoint that a sink writes then knows its place. */
export function follow(progress: Progress, event: TrainingEvent): void {
  if (event.kind === 'step') {
    const { epoch, gradientRows, loss } = event;
    const before = progress.loss.epoch === epoch ? progress.loss : { sum: 0, rows: 0 };
    progress.position = event.position;
    progress.loss = { epoch, sum: before.sum + loss * gradientRows, rows: before.rows + gradientRows };
  } else if (event.kind === 'validation') {
    progress.validation = event;
    if (event.isBest) progress.best = event;
  }
}
