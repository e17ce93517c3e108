import type { Position, SplitRule } from '../batch/types.ts';
import type { EngineName } from '../engine/types.ts';
import type { Json } from '../json.ts';
import type { Counters } from '../preprocess/encode/encodeColumn.ts';
import type { Reading, TextTypes } from '../source/types.ts';
import type { AnswerRules } from '../train/answers/answerRules.ts';
import type { HealthState } from '../train/health.ts';
import type { TrainingCounters } from '../train/trainingState.ts';
import type { Validation } from '../train/types.ts';

/** What makes a run what it is, by key, as plain JSON. Two pipelines with equal descriptions train to the same bits. */
export type Description = Readonly<Record<string, Json>>;

/** How far a run has come. Plain JSON: it goes into the checkpoint as it is. */
export interface Progress {
  /** The place from which training goes on. */
  position: Position;
  /** Sum of the losses of the rows of one epoch, the latest with a step. */
  loss: { readonly epoch: number; readonly sum: number; readonly rows: number };
  /** The last validation, and the best one: see `isBest`. */
  validation: Validation | null;
  best: Validation | null;
}

/**
 * What is counted in a run: what encoding the training side has replaced or not known, and rows that cannot be used. Each row counts once, in the
 * first epoch.
 */
export interface RunCounters extends Counters {
  badRows: number;
  rowsRead: number;
  /** The length of the file of bad rows. */
  fileBytes: number;
}

/** What stays the same from a run's first step to its last, over all breaks. */
export interface Origin {
  /** The file that declares the pipeline, for `evaluate`; null for one that was made in a program. */
  readonly file: string | null;
  /** The plain options that were set on the command line. */
  readonly settings: Readonly<Record<string, Json>>;
  /** Threads that were asked for; null where they were not. Checkpoints of before they were kept have none. */
  readonly threads?: number | null;
  /** What the program that trains wants to find again. */
  readonly notes: { readonly [key: string]: Json };
  /** The source's content. */
  readonly fingerprint: Json;
  /** How the source reads; null where nobody knows. */
  readonly reading: Reading | null;
  /** The types of the columns that were read, where text can have them: another file of text is read with these. */
  readonly types: TextTypes;
  /** Rows of the training side; null where the source was not read to its end. */
  readonly trainingRows: number | null;
  /** The rows that are held out. */
  readonly split: SplitRule;
  /** The rules of the models whose parameters the run began from, where they held other rows out: rows that are held out now may have been trained on. */
  readonly splitsBefore: readonly SplitRule[];
  /** What was found before training that a user should know. */
  readonly warnings: readonly string[];
}

/** Fields of `Origin` that checkpoints of before they were kept do not have. */
type KeptLater = 'notes' | 'reading' | 'types' | 'split' | 'splitsBefore' | 'warnings';

/** Fields of `Origin` that only a run that goes on needs. */
type ForResuming = 'threads';

/** What the JSON part of a checkpoint says of the model and where it comes from: enough to use it. */
export interface ModelState
  extends Omit<Origin, KeptLater | ForResuming>,
    Partial<Pick<Origin, KeptLater>>,
    Pick<TrainingCounters, 'step' | 'rows'> {
  readonly version: string;
  readonly engine: EngineName;
  /** The system's library that the engine used; null or absent for none. */
  readonly library?: string | null;
  readonly pipeline: Description;
  readonly preprocessor: Json;
  /** Threshold and calibration. Checkpoints of before there were any have none. */
  readonly answers?: AnswerRules;
  /** Whether the rest was left out: there is nothing to resume. */
  readonly stripped?: boolean;
}

/** The JSON part of a checkpoint, as it is read: the model, and all that its run needs to go on. */
export interface SavedState extends ModelState, Pick<Origin, ForResuming>, TrainingCounters {
  readonly progress: Progress;
  readonly reporter: { readonly lossSum: number; readonly rows: number };
  readonly health?: HealthState | null;
  readonly counters: Readonly<RunCounters>;
  /** The file of rows that cannot be used, as `badRowFile` declares it; null for none. */
  readonly badRowFile: string | null;
}
