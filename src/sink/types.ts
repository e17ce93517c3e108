import type { Snapshot } from '../checkpoint/types.ts';
import type { Json } from '../json.ts';
import type { OnReading } from '../source/types.ts';
import type { TrainingEvent } from '../train/types.ts';

/** How a run came to its end. */
export type Outcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What a sink may know of the run it serves. */
export interface Run {
  readonly name: string;
  /** Folder for what the run writes; exists. */
  readonly directory: string;
  readonly engine: string;
  /** Epochs to train, those before a break among them. */
  readonly epochs: number;
  /** Rows to train on in all epochs, where the source can tell. */
  readonly totalRows: number | undefined;
  /** The metric by which validations are compared: see `isBest`. */
  readonly metric: string;
  readonly resumedAt: number | undefined;
  /** A copy of all that is needed to go on after the last step. */
  snapshot(): Snapshot;
  /** One line for people and logs. */
  log(level: 'info' | 'warn' | 'error', message: string, details?: { readonly [key: string]: Json }): void;
}

/** A place for events. Every sink sees every event in order, once. */
export interface Sink {
  readonly name: string;
  /** What an error in this sink does to the run: `stop` ends it, `log` goes on without the sink. */
  readonly onError: 'stop' | 'log';
  /**
   * What becomes of an event that comes while the sink still works on one before: the run waits for the sink, or the sink does not get the
   * event, which is counted. Dropping is for sinks that a run can do without: with `onError: 'stop'` it is refused. Such a sink copies
   * the arrays that it needs after `write` has returned.
   * @default 'wait'
   */
  readonly whenBusy?: 'wait' | 'drop';
  /**
   * Milliseconds that it may take to open, to finish its work when the run ends, and to close, each; a positive number, at most
   * 2147483647. Then it has failed. While the run goes on it may take longer, and the log says so.
   * @default 30000
   */
  readonly limitMs?: number;
  /**
   * What it writes into the run's folder, for the list at the end of a run: the paths from there on, and what each is, in a few words.
   * @default nothing
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Told while the source is read before the first step, so that people see that something goes on: also before the sink is opened, and of a
   * run that does not come to that.
   */
  readonly reading?: OnReading;
  open(run: Run): SinkWriter | Promise<SinkWriter>;
}

/** A sink at work, for one run. */
export interface SinkWriter {
  /** Called synchronously; a promise holds the stream back until it is settled. Arrays are borrowed. */
  write(event: TrainingEvent): void | Promise<void>;
  /** Called once, whatever the end; what was written is durable when it is settled. */
  close(outcome: Outcome): void | Promise<void>;
}
