import type { Json } from '../json.ts';
import type { RunEnd, Summary } from '../pipeline/run/summary.ts';

/**
 * How a run stands, by its folder: as its summary says, or, where it has none, whether the process that trains it is alive. `died` is a run whose
 * process has ended without a word.
 */
export type RunState = RunEnd['outcome'] | 'running' | 'died';

/** What was trained, and with what: `config.json`, as far as reports use it. */
export interface RunConfig {
  readonly name: string;
  /** When the run began, in UTC. */
  readonly began: string;
  readonly resumedAt: number | null;
  /** The file that declares the pipeline; null where a program has declared it. */
  readonly file: string | null;
  /** What the command line has set: `{ batch: 64 }`. */
  readonly settings: Readonly<Record<string, Json>>;
  readonly source: { readonly name: string };
  /** The description of the pipeline. */
  readonly pipeline: { readonly [key: string]: Json };
  readonly engine: { readonly name: string; readonly detail: string; readonly threads?: number | null };
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: {
    readonly platform: string;
    readonly processor: string;
    readonly cores: number;
    readonly memoryBytes: number;
  };
}

/** What a run has left in its folder. */
export interface RecordedRun {
  readonly directory: string;
  readonly state: RunState;
  readonly config: RunConfig;
  /** How it ended; null while it goes on, and where its process died. */
  readonly end: RunEnd | null;
  /** With all numbers, where the run came so far. */
  readonly summary: Summary | null;
}
