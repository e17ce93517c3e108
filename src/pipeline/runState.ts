import type { HealthState } from '../train/health.ts';
import type { TrainingCounters } from '../train/trainingState.ts';
import type { EngineName, Json, Snapshot } from '../types.ts';
import { version } from '../version.ts';
import type { Assembly } from './assemble.ts';
import type { RunCounters } from './counting.ts';
import { type Description, describePipeline } from './description.ts';
import type { Progress } from './progress.ts';

/** What stays the same from a run's first step to its last, over all breaks. */
export interface Origin {
  /** The file that declares the pipeline, for `evaluate`; null for one that was made in a program. */
  readonly file: string | null;
  /** The plain options that were set on the command line. */
  readonly settings: Readonly<Record<string, Json>>;
  /** What the program that trains wants to find again. */
  readonly notes: { readonly [key: string]: Json };
  /** The source's content. */
  readonly fingerprint: Json;
  /** Rows of the training side; null where the source was not read to its end. */
  readonly trainingRows: number | null;
}

/** The JSON part of a checkpoint. */
export interface SavedState extends Origin, TrainingCounters {
  readonly version: string;
  readonly engine: EngineName;
  /** The system's library that the engine used; null for none. */
  readonly library: string | null;
  readonly pipeline: Description;
  readonly preprocessor: Json;
  readonly progress: Progress;
  readonly reporter: { readonly lossSum: number; readonly rows: number };
  readonly health: HealthState | null;
  readonly counters: Readonly<RunCounters>;
  /** The file of rows that cannot be used, as `deadLetter` declares it; null for none. */
  readonly letters: string | null;
}

/** A copy of all that is needed to go on after the last step. Rows that it counts as written down are durable. */
export function snapshotRun(assembly: Assembly, progress: Progress, origin: Origin): Snapshot {
  const { pipeline, preprocessor, engine, training, reporter, health, counting, badRows } = assembly;
  badRows.letters?.sync();
  const { tensors, counters: trained } = training.snapshot();
  const state: SavedState = {
    ...origin,
    version,
    engine: engine.name,
    library: engine.library ?? null,
    pipeline: describePipeline(pipeline),
    preprocessor: preprocessor.state,
    progress: structuredClone(progress),
    ...trained,
    reporter: reporter.snapshot(),
    health: health?.snapshot() ?? null,
    counters: counting.before(progress.position.cursor),
    letters: pipeline.badRows === 'fail' ? null : pipeline.badRows.path,
  };
  return { tensors, state: state as unknown as Snapshot['state'] };
}

/** Puts an assembly where the run of a snapshot stood. */
export function restoreRun(assembly: Assembly, { tensors, state }: Snapshot): Progress {
  const { progress, step, rows, plateau, stopping, restored, reporter, health, counters } =
    state as unknown as SavedState;
  assembly.training.restore({ tensors, counters: { step, rows, plateau, stopping, restored } });
  assembly.reporter.restore(reporter);
  if (health) assembly.health?.restore(health);
  assembly.counting.restore(counters);
  return structuredClone(progress);
}
