import type { Json } from '../../types.ts';
import type { Answer } from '../ledger/answerAsks.ts';
import type { Declaration } from '../ledger/declaration.ts';
import type { ModelScores, RunRecord, RunState, Tick, TickState, Verdict } from '../types.ts';

/** A job as the ledger has it. */
export interface JobView {
  readonly name: string;
  readonly file: string;
  readonly declaration: Declaration;
  /** For `newData` when it is looked again. */
  readonly nextDue: number | null;
  readonly watermark: number | null;
  readonly paused: { readonly since: number; readonly by: string; readonly why: string } | null;
  readonly champion: number | null;
  /** Why nothing is scheduled of it, or its rows cannot be looked at; null where all is well. */
  readonly error: string | null;
  /** Runs that are not over. */
  readonly open: number;
  readonly last: { readonly dueAt: number; readonly state: TickState; readonly reason: string | null } | null;
}

/** A tick, and the run that it asked for. */
export interface TickView extends Tick {
  readonly runState: RunState | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly progress: Json;
  readonly version: number | null;
}

export interface VersionView {
  readonly job: string;
  readonly number: number;
  readonly aliases: readonly string[];
  readonly run: number;
  /** From the home folder on. */
  readonly checkpoint: string;
  readonly sha256: string;
  readonly pipelineHash: string;
  readonly codeVersion: string;
  readonly fingerprint: Json;
  readonly dataFrom: number | null;
  readonly dataTo: number | null;
  readonly scores: {
    readonly candidate: ModelScores;
    readonly champion: { readonly version: number; readonly scores: ModelScores } | null;
  };
  readonly verdict: Verdict;
  readonly parent: number | null;
  readonly createdAt: number;
}

export interface AliasChangeView {
  readonly job: string;
  readonly name: string;
  readonly kind: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly by: string;
  readonly why: string;
  readonly at: number;
}

export interface Who {
  readonly job: string;
  readonly by: string;
  readonly why: string;
}

/**
 * What can be asked of scheduled retraining, wherever its database is. Everything here goes through JSON unchanged, so that it can be asked
 * from another process.
 *
 * Each throws OptionError where there is no job, run or version of that name.
 */
export interface Operations {
  jobs(): Promise<readonly JobView[]>;
  /** Newest first. */
  runs(asked: { readonly job: string | null; readonly limit: number }): Promise<readonly TickView[]>;
  run(asked: { readonly id: number }): Promise<RunView>;
  /** The kept versions, newest first, and how the aliases came to where they are, newest first. */
  models(asked: { readonly job: string | null }): Promise<{
    readonly versions: readonly VersionView[];
    readonly changes: readonly AliasChangeView[];
  }>;
  /** Asks a scheduler; undefined where none has answered yet. */
  trigger(asked: Who): Promise<Answer | null>;
  /** The same for all due times from `since` until `until`, both included; `again` also for those that have run. */
  backfill(
    asked: Who & { readonly since: number; readonly until: number; readonly again: boolean },
  ): Promise<Answer | null>;
  pause(asked: Who): Promise<void>;
  resume(asked: Who): Promise<void>;
  cancel(asked: { readonly id: number; readonly by: string; readonly why: string }): Promise<void>;
  /** Lets an alias point to a version, which is loaded before. */
  promote(asked: Who & { readonly version: number; readonly alias: string }): Promise<void>;
  /** Takes an alias away: what it pointed to may be deleted then. */
  unalias(asked: Who & { readonly alias: string }): Promise<void>;
  /** Makes a former version the champion again; the one before it where none is named. @returns its number */
  rollback(asked: Who & { readonly version: number | null }): Promise<number>;
}

export interface RunView extends RunRecord {
  /** Its folder is gone: it has no version, or one that is not kept. */
  readonly areFilesDeleted: boolean;
  readonly tick: Pick<Tick, 'origin' | 'state' | 'cause' | 'reason'>;
}

export const operationNames = [
  'jobs',
  'runs',
  'run',
  'models',
  'trigger',
  'backfill',
  'pause',
  'resume',
  'cancel',
  'promote',
  'unalias',
  'rollback',
] as const satisfies readonly (keyof Operations)[];
