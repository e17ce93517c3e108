/**
 * The words of scheduled retraining, once. Over 250 lines, since it is one page to look things up on.
 *
 * - A **job** says how a model is kept fresh: when, on which rows, and what a new one must prove.
 * - A **tick** is a time at which a job is due, one row of the ledger each, whatever becomes of it.
 * - A **run** is the training that a tick asks for. A worker **leases** it; its **fence** counts the leases, and only the last may commit.
 * - A **version** is a model that a run has made; an **alias** (`champion`, `challenger`, the user's own) points to one.
 * - A **watermark** is how far the rows have been decided on.
 *
 * All times are milliseconds since 1970 UTC.
 */

import type { Json } from '../json.ts';
import type { Pipeline } from '../pipeline/declare/pipeline.ts';

/** A length of time; the parts are added. */
export interface Span {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** What time it is, real or simulated. Leases and retries go by the real time, everything that a job declares by this. */
export interface Clock {
  /** Its milliseconds in one of real time; Infinity for one that stands still until it is told to jump. */
  readonly speed: number;
  now(): number;
  /** Lets one that stands still show a later time. */
  jump?(to: number): void;
}

/** When a job is due. */
export interface JobSchedule {
  /** `cron`, `every`, `newData`, `manual`, or a word of your own. */
  readonly kind: string;
  /** For people: `0 3 * * * America/New_York`, `every 15 minutes`. */
  readonly text: string;
  /** The due times in `(after, until]`, ascending, lazily; none for `newData` and `manual`. */
  dueTimes(after: number, until: number): Iterable<number>;
  /** `newData`: rows that must be new, and how often is looked. */
  readonly newData?: { readonly minRows: number; readonly everyMs: number };
}

/** What becomes of a tick while a run of the same job is not over. */
export type Overlap = 'skip' | 'bufferOne' | 'bufferAll' | 'cancelOther' | 'allowAll';

/** What becomes of the ticks that were due while nobody was there. Those before the window are missed. */
export interface CatchUp {
  readonly windowMs: number;
  readonly run: 'latest' | 'all' | 'none';
}

/** Which rows a run sees. */
export interface JobData {
  /**
   * A column of the source that says when a row belongs: dates, times, or numbers that are milliseconds since 1970 UTC. Undefined where
   * every run sees all rows.
   */
  readonly by?: string;
  /** Rows this much older than the watermark are trained on again: they may have come late. They are not counted as new. */
  readonly lookbackMs: number;
  /** Rows in `(dueAt - windowMs, dueAt]` are trained on; undefined for those in `(watermark - lookbackMs, dueAt]`. */
  readonly windowMs?: number;
  /** Models are scored on the held-out rows in `(dueAt - scoreWindowMs, dueAt]`; undefined for those among the rows trained on. */
  readonly scoreWindowMs?: number;
  /** New rows are those in `(watermark, dueAt]`; fewer than this are a skip, and the watermark stays. */
  readonly minRows: number;
  /**
   * What a rejected candidate does to the watermark: `advance`, it moves to `dueAt` as with a promoted one and the rows count as seen;
   * `keep`, they are new again next time.
   */
  readonly onReject: 'advance' | 'keep';
}

/** Metrics of one model on the held-out rows, and on slices of them by the value of a column. */
export interface SlicedScores {
  readonly rows: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Why the other metrics are not defined for these rows: `{ auc: 'all are of class 0' }`. */
  readonly notDefined?: Readonly<Record<string, string>>;
  /** By column, then by value: the rows of the slice and its metrics. */
  readonly slices: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly rows: number; readonly metrics: Readonly<Record<string, number>> }>>
    >
  >;
}

/** One thing that a candidate must prove. */
export interface Check {
  /** `atLeast auc 0.68` */
  readonly name: string;
  /** The column of the source whose values make the slices that it looks at. */
  readonly slicesBy?: string;
  /** The metric that it looks at; undefined for a check of the user's own that looks at more. */
  readonly metric?: string;
  /** @param champion undefined where there is none yet */
  judge(candidate: SlicedScores, champion: SlicedScores | undefined): CheckResult;
}

/** What a check found. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** One sentence with the numbers. */
  readonly reason: string;
  /** Every number that it used. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface Verdict {
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
}

/** What is asked when the data or the champion's metric has moved; it can ask for a run, never promote. */
export interface DriftOptions {
  /** Population stability index of any feature, at least which a run is asked for. */
  readonly psi?: number;
  /** Kolmogorov-Smirnov distance of any numeric feature, at least which a run is asked for. */
  readonly ks?: number;
  /** The features whose `psi` and `ks` are looked at; all but vectors where undefined. */
  readonly features?: readonly string[];
  /** A fall of the champion's metric on labelled new rows, against what it had when it was promoted. */
  readonly metricFalls?: { readonly metric: string; readonly better: 'higher' | 'lower'; readonly by: number };
  /** How often is looked. */
  readonly everyMs: number;
}

/** Where notifications of runs are sent. */
export interface Notifier {
  readonly kind: 'webhook';
  readonly url: string;
  /** The key of the HMAC-SHA256 signature; unsigned without. */
  readonly secret?: string;
}

/** A checked declaration, all defaults filled in: see `defineJob`. */
export interface Job {
  readonly name: string;
  readonly pipeline: Pipeline;
  readonly schedule: JobSchedule;
  readonly overlap: Overlap;
  readonly catchUp: CatchUp;
  readonly data: JobData;
  /** `warm`: from the champion's preprocessing and weights, moments fresh; `scratch`: anew. */
  readonly start: 'warm' | 'scratch';
  readonly checks: readonly Check[];
  readonly retries: { readonly limit: number; readonly backoff: 'exponential' | 'fixed'; readonly firstMs: number };
  readonly timeoutMs: number;
  /** Versions that are kept beside those that an alias points to. */
  readonly keep: number;
  readonly drift: DriftOptions | false;
  readonly notify: readonly Notifier[];
}

// ── the ledger ───────────────────────────────────────────────────────────────────────────────────────────────────────

export type TickOrigin = 'schedule' | 'trigger' | 'backfill' | 'newData' | 'drift';
/** `waiting`: its run is not over. The others are final. */
export type TickState = 'waiting' | 'ran' | 'skipped' | 'missed' | 'failed';

export interface Tick {
  readonly id: number;
  readonly job: string;
  readonly dueAt: number;
  readonly origin: TickOrigin;
  readonly state: TickState;
  /** Who or what asked for it; null for one of the schedule. */
  readonly cause: string | null;
  readonly reason: string | null;
  /** The run that it asked for; null where there is none. */
  readonly run: number | null;
}

/** What became of a tick that was entered: the run that it asked for, or why there is none. */
export type Admitted =
  | { readonly kind: 'run'; readonly id: number; readonly state: 'queued' | 'buffered' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Somebody else has entered it. */
  | { readonly kind: 'known' };

/**
 * `buffered`: waits for another run of its job; `queued`: waits for a worker; `running`: a worker has leased it. The others are
 * final: `succeeded` and its model promoted, `rejected` by the checks, `skipped` for too few rows, `failed`, `cancelled`.
 */
export type RunState =
  | 'buffered'
  | 'queued'
  | 'running'
  | 'succeeded'
  | 'rejected'
  | 'skipped'
  | 'failed'
  | 'cancelled';

export interface RunRecord {
  readonly id: number;
  readonly job: string;
  readonly tickId: number;
  /** Rows up to this time belong to the run. */
  readonly dueAt: number;
  readonly state: RunState;
  /** Failures so far. */
  readonly attempt: number;
  /** Leases so far. */
  readonly fence: number;
  readonly worker: string | null;
  /** When its worker was last heard of, in real time. */
  readonly heartbeatAt: number | null;
  /** Why it shall stop; null while nobody asks. */
  readonly cancelReason: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** From the home folder on. */
  readonly directory: string;
  readonly newRows: number | null;
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly progress: Json;
  readonly verdict: Verdict | null;
  readonly error: string | null;
  /** The model that it made. */
  readonly version: number | null;
}

// ── what a worker and the training process say to each other ─────────────────────────────────────────────────────────
//
// A training process is forked by `forkTraining`, serves one request and exits. It says `ready` when it has imported the library; a request
// may be sent before. One of a `trainingPool` says `ready` again after an answer, and serves the next. Messages go by Node's IPC channel as
// JSON; it stops as soon as the channel is closed, so that it does not outlive its worker.
//
// It is stopped by `stop` or SIGTERM: it writes a last checkpoint, says `stopped` and exits with 130. It may be killed at any moment:
// the same request, given again, goes on from the last checkpoint in the folder and ends with the same model.

/** A model that may be compared with. */
export interface KnownVersion {
  readonly version: number;
  /** The checkpoint, absolute. */
  readonly path: string;
}

/** What a training process is asked. It knows nothing of the database. */
export type ProcessRequest = TrainingRequest | CountRequest | DriftRequest;

interface JobRequest {
  /** Absolute. */
  readonly jobFile: string;
  readonly job: string;
  /** Rows up to this time belong to the run. */
  readonly dueAt: number;
  /**
   * Rows up to this time have been decided on. Null before the first decision: all rows are new. For a run that is backfilled, the due
   * time before its own.
   */
  readonly watermark: number | null;
}

/** Train, score, judge. Answered by `result`. */
export interface TrainingRequest extends JobRequest {
  readonly kind: 'train';
  readonly runId: number;
  /** Absolute. A folder with checkpoints is gone on with. */
  readonly directory: string;
  /** The champion, and those that were before it, newest first. One that fails to load is an alert, and the next is taken. */
  readonly champions: readonly KnownVersion[];
}

/** How many rows are new? Answered by `count`. For `onNewData`. */
export interface CountRequest extends JobRequest {
  readonly kind: 'count';
}

/** Have the rows after the watermark moved away from what the champion was trained on? Answered by `drift`. */
export interface DriftRequest extends JobRequest {
  readonly kind: 'drift';
  readonly champions: readonly KnownVersion[];
  /** What the champion scored when it was promoted. */
  readonly promoted: SlicedScores | null;
}

/** What it says. The last message is one of `result`, `count`, `drift`, `stopped` and `error`; one that dies says nothing. */
export type TrainingMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly step: number; readonly rows: number; readonly totalRows: number }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'alert'; readonly text: string }
  | { readonly kind: 'result'; readonly result: TrainingResult }
  | { readonly kind: 'count'; readonly newRows: number }
  | { readonly kind: 'drift'; readonly report: DriftReport }
  | { readonly kind: 'stopped'; readonly step: number }
  /** `isFinal`: trying again would end the same way. */
  | { readonly kind: 'error'; readonly message: string; readonly isFinal: boolean };

export type TrainingResult =
  | { readonly kind: 'tooFewRows'; readonly newRows: number; readonly minRows: number }
  | {
      readonly kind: 'trained';
      readonly newRows: number;
      /** Rows that were trained on, once. */
      readonly trainedRows: number;
      /** The least and the greatest time among the rows that were read for training; null without `by`. */
      readonly dataFrom: number | null;
      readonly dataTo: number | null;
      /** How training began: `scratch` also where the champion did not fit. */
      readonly start: { readonly kind: 'scratch' } | { readonly kind: 'warm'; readonly version: number };
      /** The checkpoint, from the run's folder on. */
      readonly checkpoint: string;
      /** Of the checkpoint's bytes. */
      readonly sha256: string;
      readonly pipelineHash: string;
      readonly fingerprint: Json;
      readonly candidate: SlicedScores;
      /** The champion that it was compared with; null for none. */
      readonly champion: { readonly version: number; readonly scores: SlicedScores } | null;
      readonly verdict: Verdict;
    };

/** How far rows are from those that a model was trained on. */
export interface DriftReport {
  readonly newRows: number;
  /** The champion that was looked at; null where there are too few new rows, or none loads. */
  readonly version: number | null;
  /** By feature: population stability index and, for numbers, Kolmogorov-Smirnov distance. Empty where its checkpoint has no statistics. */
  readonly features: Readonly<Record<string, { readonly psi: number; readonly ks?: number }>>;
  /** The champion's metric on the new rows, and when it was promoted. */
  readonly metric: { readonly name: string; readonly now: number | null; readonly promoted: number | null } | null;
  /** Why a run is asked for, a sentence each; none where nothing has moved. */
  readonly reasons: readonly string[];
}
