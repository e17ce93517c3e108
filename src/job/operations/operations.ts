import type { AliasChangeView } from '../store/aliasTable.ts';
import type { JobView } from '../store/jobTable.ts';
import type { Answer } from '../store/requestTable.ts';
import type { RunRow } from '../store/runTable.ts';
import type { TickView } from '../store/tickTable.ts';
import type { VersionView } from '../store/versionTable.ts';

/** Who asks something of a job, and why. */
export interface Requester {
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
  runs(request: { readonly job: string | null; readonly limit: number }): Promise<readonly TickView[]>;
  run(request: { readonly id: number }): Promise<RunView>;
  /** The kept versions, newest first, and how the aliases came to where they are, newest first. */
  models(request: { readonly job: string | null }): Promise<{
    readonly versions: readonly VersionView[];
    readonly changes: readonly AliasChangeView[];
  }>;
  /** Asks a scheduler; undefined where none has answered yet. */
  trigger(request: Requester): Promise<Answer | null>;
  /** The same for all due times from `since` until `until`, both included; `again` also for those that have run. */
  backfill(
    request: Requester & { readonly since: number; readonly until: number; readonly again: boolean },
  ): Promise<Answer | null>;
  pause(request: Requester): Promise<void>;
  resume(request: Requester): Promise<void>;
  cancel(request: { readonly id: number; readonly by: string; readonly why: string }): Promise<void>;
  /** Lets an alias point to a version, which is loaded before, and says which share of requests it answers beside the champion. */
  promote(
    request: Requester & { readonly version: number; readonly alias: string; readonly share?: number | null },
  ): Promise<void>;
  /** Says that what an alias points to could not be put into service: it is recorded, and told to those whom the job notifies. */
  refuse(request: Requester & { readonly alias: string }): Promise<void>;
  /** Takes an alias away: what it pointed to may be deleted then. */
  unalias(request: Requester & { readonly alias: string }): Promise<void>;
  /** Makes a former version the champion again; the one before it where none is named. @returns its number */
  rollback(request: Requester & { readonly version: number | null }): Promise<number>;
}

export interface RunView extends RunRow {
  /** From the home folder on. */
  readonly directory: string;
  /** From the home folder on; null for one that nobody has trained. The logs of a job's last hundred runs are kept, and of those that have files. */
  readonly log: string | null;
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
  'refuse',
  'unalias',
  'rollback',
] as const satisfies readonly (keyof Operations)[];
