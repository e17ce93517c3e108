import { createHash } from 'node:crypto';
import { bottleneck } from '../flow/bottleneck.ts';
import type { Network } from '../network/network.ts';
import type { Bottleneck, Spending } from '../types.ts';
import type { Assembly } from './assemble.ts';
import { peakMemory } from './peakMemory.ts';
import type { Phases } from './phases.ts';
import type { Progress } from './progress.ts';

/** How a run ended, in numbers; the document of `millrace train --json`. */
export interface Summary {
  readonly name: string;
  /** `interrupted` runs can be resumed. */
  readonly outcome: 'completed' | 'interrupted';
  /** Rows and steps trained on, over all epochs and resumes. */
  readonly rows: number;
  readonly steps: number;
  /** Epochs that are whole. */
  readonly epochs: number;
  /** Of this process: all of it, and by what it did. */
  readonly seconds: number;
  readonly phases: { readonly fit: number; readonly train: number; readonly validate: number };
  /** What the time in which this process trained went into, and most of it. */
  readonly spending: Spending;
  readonly bottleneck: Bottleneck;
  /** Rows that this process has trained on, by the seconds that it trained. */
  readonly rowsPerSecond: number;
  /** Mean training loss over the latest epoch. */
  readonly loss: number | null;
  /** Metrics of the held-out rows after the latest epoch, and those of the best constant answer. */
  readonly validation: Readonly<Record<string, number>> | null;
  readonly baseline: Readonly<Record<string, number>> | null;
  readonly validationRows: number;
  readonly peakMemoryBytes: number;
  /** How many, and the hash of their bytes. */
  readonly parameters: number;
  readonly parametersSha256: string;
  /** The latest checkpoint, where the pipeline writes any. */
  readonly checkpoint: string | null;
  readonly directory: string;
  readonly engine: string;
  /** Values that were replaced because they were missing, and categories that fitting had not seen. */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used, of so many that the first epoch has read; where they are, if they were written. */
  readonly badRows: number;
  readonly rowsRead: number;
  readonly deadLetters: string | null;
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
  readonly assembly: Assembly;
  readonly progress: Progress;
  readonly phases: Phases;
  readonly outcome: Summary['outcome'];
  readonly directory: string;
  readonly checkpoint: string | null;
  readonly seconds: number;
  readonly dropped: Summary['dropped'];
  /** Rows that this process has trained on. */
  readonly rows: number;
}

export function summarize({ assembly, progress, phases, seconds, rows, ...rest }: Ended): Summary {
  const { pipeline, network, training, engine, counting, badRows: policy } = assembly;
  const { missing, unseen, badRows, rowsRead } = counting.counters;
  const { position, loss } = progress;
  // A run that is done has gone back to its best parameters.
  const isBest = pipeline.earlyStopping && rest.outcome === 'completed';
  const validation = isBest ? progress.best : progress.validation;
  return {
    name: pipeline.name,
    outcome: rest.outcome,
    rows: training.rows,
    steps: training.step,
    epochs: position.epoch,
    seconds,
    phases: { fit: phases.fit, train: phases.train, validate: phases.validate },
    spending: phases.spending,
    bottleneck: bottleneck(phases.spending),
    rowsPerSecond: phases.train > 0 ? rows / phases.train : 0,
    loss: loss.rows > 0 ? loss.sum / loss.rows : null,
    validation: validation?.metrics ?? null,
    baseline: validation?.baseline ?? null,
    validationRows: validation?.rows ?? 0,
    peakMemoryBytes: peakMemory(),
    parameters: network.parameters.length,
    parametersSha256: hashParameters(network),
    checkpoint: rest.checkpoint,
    directory: rest.directory,
    engine: engine.name,
    missing,
    unseen,
    badRows,
    rowsRead,
    deadLetters: badRows > 0 ? (policy.letters?.path ?? null) : null,
    dropped: rest.dropped,
  };
}
