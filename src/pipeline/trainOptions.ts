import type { EngineName, Run } from '../types.ts';
import type { Origin } from './runState.ts';

export interface TrainOptions {
  /** Folder for all that the run writes; made when it is not there. One run at a time. */
  readonly directory: string;
  /** @default the fastest that works; on resuming, the one that the checkpoint was trained with */
  readonly engine?: EngineName;
  /**
   * Threads for large products, where the engine takes them; an integer from 1 to 64. The bits do not depend on it.
   * @default 2, or 1 where there is one processor
   */
  readonly threads?: number;
  /**
   * Goes on from the latest checkpoint in `directory`.
   * @default false
   */
  readonly resume?: boolean;
  /**
   * The checkpoint of a model from which a new run begins: with its frozen preprocessing, and its parameters as they are used; the
   * optimizer's moments begin at zero. Nothing is fitted. Says nothing to a run that is resumed.
   * @default none: preprocessing is fitted, parameters are drawn
   */
  readonly warmStart?: string;
  /** Interrupts the run: a last checkpoint is written, the sinks are closed, and the summary says so. */
  readonly signal?: AbortSignal;
  /** Where lines for people and logs go; nowhere by default. */
  readonly log?: Run['log'];
  /** What `evaluate` needs to find the pipeline again: its file, and the plain options that were set. */
  readonly declared?: Pick<Origin, 'file' | 'settings'>;
  /** Goes into every checkpoint as it is: what a program wants to find there again. */
  readonly notes?: Origin['notes'];
}
