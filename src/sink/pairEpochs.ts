import type { EpochEnd, TrainingEvent, Validation } from '../train/types.ts';

/** The end of an epoch with its validation; one of them alone, where there is none or it was within the epoch. */
export interface EpochRow {
  readonly epoch: number;
  readonly step: number;
  readonly end?: EpochEnd;
  readonly validation?: Validation;
}

/** Takes the events of a run. */
export interface EpochPairs {
  write(event: TrainingEvent): void;
  /** Gives what is still held back. */
  close(): void;
}

/**
 * Brings a validation and the end of its epoch together, which come one after the other, at the same step.
 *
 * @param give is given each row
 */
export function pairEpochs(give: (row: EpochRow) => void): EpochPairs {
  let held: Validation | undefined;
  function letGo(): void {
    if (held) give({ epoch: held.epoch, step: held.step, validation: held });
    held = undefined;
  }
  return {
    write(event) {
      if (held && event.step > held.step) letGo();
      if (event.kind === 'validation') held = event;
      if (event.kind !== 'epoch') return;
      give({ epoch: event.epoch, step: event.step, end: event, ...(held && { validation: held }) });
      held = undefined;
    },
    close: letGo,
  };
}
