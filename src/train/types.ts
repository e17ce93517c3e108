import type { MiniBatch } from '../batch/types.ts';
import type { Vector } from '../engine/types.ts';
import type { Bottleneck, Spending } from '../flow/types.ts';
import type { Mode } from '../network/types.ts';
import type { AnswerRules } from './answers/answerRules.ts';

/** A step after `forward`: with the output of the network. */
export interface Forwarded<M extends Mode = Mode> extends MiniBatch {
  /** How the network was run: only what was made in training mode can be carried back. */
  readonly mode: M;
  /** The network's output `[n, outputs]`: predictions, or logits. */
  readonly output: Vector;
  readonly outputs: number;
}

/** A step after `lossOf`: with the loss and its gradient. */
export interface Scored<M extends Mode = Mode> extends Forwarded<M> {
  /** Mean loss of the rows. */
  readonly loss: number;
  /** dL/doutput `[n, outputs]`. */
  readonly dOutput: Vector;
}

/** A step after `backward`: with the gradient of the parameters. */
export interface Differentiated extends Scored<'training'> {
  /** dL/dparameters, flat. */
  readonly gradient: Vector;
  /** The Euclidean norm of `gradient` as it came, before anything was clipped. */
  readonly gradientNorm: number;
  /** Rows that `loss` and `gradient` are the mean of: `n`, or those of all mini-batches that were accumulated. */
  readonly gradientRows: number;
}

/** One step of training, done. */
export interface Step extends Differentiated {
  /** The number of this update, from 1, over all epochs and resumes. */
  readonly step: number;
  /** Rows trained on so far, over all epochs and resumes. */
  readonly rows: number;
  readonly learningRate: number;
}

/** What has happened since the last report. */
export interface Report extends Spending {
  readonly kind: 'report';
  readonly step: number;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** Rows trained on so far, over all epochs and resumes. */
  readonly rows: number;
  /** Mean loss of the rows since the last report. */
  readonly loss: number;
  readonly rowsPerSecond: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  /** Record batches pulled from the source and not yet consumed. */
  readonly inFlight: number;
  /** Of the time since the last report. */
  readonly bottleneck: Bottleneck;
  /** Resident memory of the process in bytes. */
  readonly memoryBytes: number;
  /**
   * Values replaced because they were missing, and categories that fitting had not seen, in the training rows; each row counts once, in the
   * first epoch.
   */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used; each counts once, in the first epoch. */
  readonly badRows: number;
}

/** The metrics of the validation side, after an epoch or within one. */
export interface Validation {
  readonly kind: 'validation';
  readonly step: number;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** Rows that were scored. */
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** The same metrics of the best constant prediction. */
  readonly baseline: Readonly<Record<string, number>>;
  /** Which constant prediction that is: `always no`, `the mean 23.5`. */
  readonly constants: Readonly<Record<string, string>>;
  /** Why the other metrics are not defined for these rows: `{ auc: 'all are of class 0' }`. */
  readonly notDefined?: Readonly<Record<string, string>>;
  /** Whether it is the best of the run so far: in the metric that early stopping watches, or else in the first of them. */
  readonly isBest: boolean;
  /** Threshold and calibration, where these rows have to choose them. */
  readonly answers?: AnswerRules;
}

/** An epoch is over, all of its rows trained on; it comes after the validation. */
export interface EpochEnd {
  readonly kind: 'epoch';
  readonly step: number;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  /** Rows trained on so far, over all epochs and resumes. */
  readonly rows: number;
  /** Mean loss of its rows, each as the parameters were when it was trained on. */
  readonly loss: number;
  /** What this process has spent on it, the validation included. */
  readonly seconds: number;
  /** Rows that this process has trained on in it, by the seconds that it trained. */
  readonly rowsPerSecond: number;
}

/**
 * What can be wrong with a run although its numbers are finite, causes before what may follow from them; each has a file in `train/health`, and
 * a row in docs/health.md.
 */
export type Problem =
  | 'featureRange'
  | 'targetRange'
  | 'constantInput'
  | 'constantTarget'
  | 'unsuitedLoss'
  | 'boundedOutput'
  | 'orderedStream'
  | 'copiedUnits'
  | 'smallInitialWeights'
  | 'largeInitialWeights'
  | 'vanishingGradient'
  | 'explodingGradient'
  | 'learningRateTooHigh'
  | 'deadUnits'
  | 'saturation'
  | 'shrinkingActivations'
  | 'growingActivations'
  | 'learningRateTooLow'
  | 'zeroGradient'
  | 'smallUpdates';

/** Something wrong with a run: where, how much, and what to try. Reported once in each place until it heals. */
export interface Finding {
  readonly kind: 'finding';
  readonly step: number;
  /** The number of the epoch, from 1. */
  readonly epoch: number;
  readonly problem: Problem;
  /** The layer's name, `2.relu`, where it is one layer's. */
  readonly layer?: string;
  /** The feature's name, where it is one feature's. */
  readonly feature?: string;
  readonly measured: number;
  /** What `measured` is in a healthy run, for people. */
  readonly expected: string;
  /** Where and what, in one sentence without a full stop. */
  readonly message: string;
  /** What to try, in one sentence without a full stop. */
  readonly advice: string;
}

/** What flows out of a training run. */
export type TrainingEvent = Step | Report | Validation | EpochEnd | Finding;
