import type { Position, TrainingEvent, Validation } from '../types.ts';

/** How far a run has come. Plain JSON: it goes into the checkpoint as it is. */
export interface Progress {
  /** The place from which training goes on. */
  position: Position;
  /** Sum of the losses of the rows of one epoch, the latest with a step. */
  loss: { readonly epoch: number; readonly sum: number; readonly rows: number };
  /** The last validation, and the best one in the eyes of early stopping. */
  validation: Validation | null;
  best: Validation | null;
}

/** The beginning of an epoch. */
export function beginningOf(epoch: number): Position {
  return { epoch, window: 0, cursor: null, skip: 0, offset: 0 };
}

/** A run that has not begun. */
export function noProgress(): Progress {
  return { position: beginningOf(0), loss: { epoch: 0, sum: 0, rows: 0 }, validation: null, best: null };
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
  }
}
