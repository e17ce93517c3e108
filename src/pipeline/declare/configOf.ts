import { describeMachine, type Machine } from '../../engine/machine.ts';
import type { Json } from '../../json.ts';
import type { Description } from '../../model/types.ts';
import { version } from '../../version.ts';
import type { Begun } from '../run/prepare.ts';
import { describePipeline } from './description.ts';
import type { Pipeline } from './pipeline.ts';
import type { TrainOptions } from './trainOptions.ts';

/** What was trained, with what, and where: `config.json` of a run's folder. Of one that was resumed, as it was then. Plain JSON. */
export interface Config {
  readonly name: string;
  /** When, in UTC. */
  readonly began: string;
  /** The last step before the break; null for a new run. */
  readonly resumedAt: number | null;
  /** The file that declares the pipeline, and the options that were set on the command line; null for a program. */
  readonly file: string | null;
  readonly settings: Readonly<Record<string, Json>>;
  /** The checkpoint of a model that it began from; null for none. */
  readonly warmStart: string | null;
  readonly source: { readonly name: string; readonly reading: Json };
  /** The pipeline with all defaults filled in; functions by what is known of them. */
  readonly pipeline: Description;
  readonly engine: {
    readonly name: string;
    readonly detail: string;
    readonly library: string | null;
    readonly note: string | null;
    /** Those that were asked for; null where they were not. */
    readonly threads: number | null;
  };
  readonly versions: { readonly millrace: string; readonly node: string };
  readonly machine: Machine;
}

export function configOf(
  pipeline: Pipeline,
  { declared = { file: null, settings: {} }, warmStart }: Pick<TrainOptions, 'declared' | 'warmStart'>,
  { engine, threads, resumedAt }: Begun,
): Config {
  const { source, epochs, ahead, badRows, health, sinks } = pipeline;
  return {
    name: pipeline.name,
    began: new Date().toISOString(),
    resumedAt: resumedAt ?? null,
    ...declared,
    warmStart: warmStart ?? null,
    source: { name: source.name, reading: (source.reading ?? null) as Json },
    pipeline: {
      ...describePipeline(pipeline),
      epochs,
      ahead,
      badRows: badRows as Json,
      health: health as Json,
      sinks: sinks.map(({ name }) => name),
    },
    engine: {
      name: engine.name,
      detail: engine.detail,
      library: engine.library ?? null,
      note: engine.note ?? null,
      threads,
    },
    versions: { millrace: version, node: process.version },
    machine: describeMachine(),
  };
}
