import type { SplitRule } from '../../batch/types.ts';
import { engineNames, mostThreads } from '../../engine/openEngine.ts';
import type { EngineName } from '../../engine/types.ts';
import type { Origin } from '../../model/types.ts';
import {
  abortSignal,
  aFunction,
  either,
  type Fields,
  flag,
  integer,
  objectOf,
  oneOf,
  required,
  text,
} from '../../options/bounds.ts';
import type { Run } from '../../sink/types.ts';

/** The options of `train`. */
export interface TrainOptions {
  /** Folder for all that the run writes; made when it is not there. One run at a time. */
  readonly directory: string;
  /** @default the fastest that works; on resuming, the one that the checkpoint was trained with */
  readonly engine?: EngineName;
  /**
   * Threads for large products, where the engine takes them; an integer from 1 to 64. The bits do not depend on it.
   * @default 2, or 1 where there is one processor; on resuming, those that were asked for before
   */
  readonly threads?: number;
  /**
   * Goes on from the latest checkpoint in `directory`.
   * @default false
   */
  readonly resume?: boolean;
  /**
   * The checkpoint of a model, or the folder of its run, from which a new run begins: with its frozen preprocessing, and its parameters as they are used; the
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
  /** Goes into every checkpoint as it is: what a program wants to find there again; made when it is known which rows are held out, or given. */
  readonly notes?: Origin['notes'] | ((split: SplitRule) => Promise<Origin['notes']>);
}

/** What each of them may be. */
export const trainFields: Fields<TrainOptions> = {
  directory: required(text('the path of a folder')),
  engine: oneOf(...engineNames),
  threads: integer({ least: 1, most: mostThreads }),
  resume: flag,
  warmStart: text('the path of a checkpoint'),
  signal: abortSignal,
  log: aFunction(),
  declared: objectOf('{ file, settings }'),
  notes: either(objectOf('an object of plain JSON'), aFunction()),
};
