import { createHash } from 'node:crypto';
import { bottleneck } from '../../flow/bottleneck.ts';
import type { Bottleneck, Spending } from '../../flow/types.ts';
import type { Progress } from '../../model/types.ts';
import type { Network } from '../../network/network.ts';
import type { AnswerRules } from '../../train/answers/answerRules.ts';
import type { Validation } from '../../train/types.ts';
import type { Assembly } from './assemble.ts';
import { peakMemory } from './peakMemory.ts';
import type { Phases } from './phases.ts';
import { watchedMetric } from './runProgress.ts';
import { answersOf } from './runState.ts';

/** A moment of a run. */
export interface Moment {
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  readonly step: number;
}

export interface BestValidation extends Moment {
  readonly metric: string;
  readonly value: number;
}

export interface StoppingSummary {
  readonly metric: string;
  /** Validations in a row that may be no better than the best. */
  readonly patience: number;
  /** Where it has ended training; null where it has not. */
  readonly stoppedAt: Moment | null;
  /** Whether the parameters are those of the best validation: when the run is completed. */
  readonly isBestInPlace: boolean;
}

/** What is known of every run that has begun; there is no more in `summary.json` of one that ended before it was prepared. */
export interface RunEnd {
  readonly name: string;
  /** Runs that were `interrupted` or have `failed` can be resumed where there is a checkpoint. */
  readonly outcome: 'completed' | 'interrupted' | 'failed';
  /** What it has failed with; null where it has not. */
  readonly error: { readonly name: string; readonly message: string } | null;
  /** When this process began with it, in UTC, and how long it took. */
  readonly began: string;
  readonly seconds: number;
  /** The latest checkpoint, where the pipeline writes any. */
  readonly checkpoint: string | null;
  readonly directory: string;
  /** What the run has left there: the paths from there on, and what each is. */
  readonly files: Readonly<Record<string, string>>;
}

/** How a run ended, in numbers; the document of `millrace train --json`, and `summary.json` of the run's folder. */
export interface Summary extends RunEnd {
  /** Rows and steps trained on, over all epochs and resumes. */
  readonly rows: number;
  readonly steps: number;
  /** Epochs that are whole. */
  readonly epochs: number;
  /** Rows of the training side, which an epoch trains on; null where the source was not read to its end. */
  readonly trainingRows: number | null;
  /** Seconds of this process, by what it did. */
  readonly phases: { readonly fit: number; readonly train: number; readonly validate: number };
  /** What the time in which this process trained went into, and most of it. */
  readonly spending: Spending;
  readonly bottleneck: Bottleneck;
  /** Rows that this process has trained on, by the seconds that it trained. */
  readonly rowsPerSecond: number;
  /** Mean training loss over the latest epoch, as far as it has come. */
  readonly loss: number | null;
  /** The number of that epoch, from 1; null where no step was made. */
  readonly lossEpoch: number | null;
  /**
   * Metrics of the held-out rows, and those of the best constant answer: of the latest validation, or, where early stopping has put the best
   * parameters in place, of the best one.
   */
  readonly validation: Readonly<Record<string, number>> | null;
  readonly baseline: Readonly<Record<string, number>> | null;
  /** Which constant answer each baseline is of: `always no`, `the mean 23.5`. */
  readonly constants: Readonly<Record<string, string>> | null;
  /** Why the other metrics are not defined for these rows: `{ auc: 'all are of class 0' }`. */
  readonly notDefined: Readonly<Record<string, string>> | null;
  readonly validationRows: number;
  /** Where that validation was made; null where none was. */
  readonly validatedAt: Moment | null;
  /** The best validation so far: in the metric that early stopping watches, or else in the first. */
  readonly best: BestValidation | null;
  /** How the model answers: threshold, calibration, and how they were chosen. */
  readonly answers: AnswerRules;
  /** What early stopping has done; null where none is declared. */
  readonly earlyStopping: StoppingSummary | null;
  readonly peakMemoryBytes: number;
  /** How many, and the hash of their bytes. */
  readonly parameters: number;
  readonly parametersSha256: string;
  readonly engine: string;
  /**
   * Values that were replaced because they were missing, and categories that fitting had not seen, in the training rows. Each row counts once, in the
   * first epoch.
   */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used, of so many that the first epoch has read; where they are, if they were written. */
  readonly badRows: number;
  readonly rowsRead: number;
  readonly badRowFile: string | null;
  /**
   * Of a run that was interrupted: rows of a source without an end, or that can be read only once, which had been read for training and not been trained on, since
   * their window was not full. A run that is resumed reads them again, where that can be.
   */
  readonly waitingRows: number;
  /** What a user should know: of the rows that are held out, and of features that may give the target away. */
  readonly warnings: readonly string[];
  /** Events that sinks did not get since they were busy, by the sink's name. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** The sha256 of the parameters' bytes, in hexadecimal: equal for runs that are equal to the bit. */
export function hashParameters({ parameters, buffers }: Network): string {
  // Copies, since hashing does not take shared memory.
  return createHash('sha256').update(parameters.slice()).update(buffers.slice()).digest('hex');
}

/** What is known only when a run has ended. */
export interface Ended {
  readonly end: RunEnd;
  readonly assembly: Assembly;
  readonly progress: Progress;
  readonly trainingRows: number | null;
  readonly phases: Phases;
  readonly dropped: Summary['dropped'];
  readonly warnings: Summary['warnings'];
  /** Rows that this process has trained on. */
  readonly rows: number;
}

export function summarize({ end, assembly, progress, trainingRows, phases, rows, warnings, dropped }: Ended): Summary {
  const { pipeline, network, training, engine, counting, badRows: policy, waiting } = assembly;
  const { source } = pipeline;
  const { missing, unseen, badRows, rowsRead } = counting.counters;
  const { position, loss } = progress;
  const validation = training.restored ? progress.best : progress.validation;
  return {
    ...end,
    rows: training.rows,
    steps: training.step,
    epochs: position.epoch,
    trainingRows,
    phases: { fit: phases.fit, train: phases.train, validate: phases.validate },
    spending: phases.spending,
    bottleneck: bottleneck(phases.spending),
    rowsPerSecond: phases.train > 0 ? rows / phases.train : 0,
    loss: loss.rows > 0 ? loss.sum / loss.rows : null,
    lossEpoch: loss.rows > 0 ? loss.epoch : null,
    validation: validation?.metrics ?? null,
    baseline: validation?.baseline ?? null,
    constants: validation?.constants ?? null,
    notDefined: validation && (validation.notDefined ?? {}),
    validationRows: validation?.rows ?? 0,
    validatedAt: validation && momentOf(validation),
    best: bestOf(assembly, progress),
    answers: answersOf(assembly, progress),
    earlyStopping: stoppingOf(assembly, progress),
    peakMemoryBytes: peakMemory(),
    parameters: network.parameters.length,
    parametersSha256: hashParameters(network),
    engine: engine.name,
    missing,
    unseen,
    badRows,
    rowsRead,
    badRowFile: badRows > 0 ? (policy.writer?.path ?? null) : null,
    waitingRows: source.unbounded || source.once ? waiting.rows : 0,
    warnings,
    dropped,
  };
}

function momentOf({ epoch, step }: Validation): Moment {
  return { epoch, step };
}

function bestOf({ pipeline }: Assembly, { best }: Progress): BestValidation | null {
  const metric = watchedMetric(pipeline);
  return best && { ...momentOf(best), metric, value: best.metrics[metric] };
}

function stoppingOf({ pipeline, training }: Assembly, { validation }: Progress): StoppingSummary | null {
  if (!pipeline.earlyStopping) return null;
  const { metric, patience } = pipeline.earlyStopping.options;
  return {
    metric: `${metric}`,
    patience: Number(patience),
    // It stops at a validation, after which there is none.
    stoppedAt: training.stopped && validation ? momentOf(validation) : null,
    isBestInPlace: training.restored,
  };
}
