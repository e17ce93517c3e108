import type { Engine } from '../../engine/types.ts';
import { CheckpointError, ResumeError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { changed } from '../../source/changed.ts';
import type { Job, KnownVersion } from '../types.ts';
import { type ScoringModel, scoringModel } from './scoringModel.ts';

/** The model that a candidate is compared with. */
export type Champion =
  /** There is none yet. */
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly version: number; readonly path: string; readonly model: ScoringModel }
  /** There is one, but not to compare with. */
  | { readonly kind: 'foreign'; readonly version: number; readonly why: string };

/**
 * The first of some models that can be loaded. Behind one that belongs to another pipeline no other is looked at: that one may be better than
 * what it has replaced.
 *
 * @param champions newest first
 * @param alert is called for each that is damaged or missing
 */
export async function findChampion(
  champions: readonly KnownVersion[],
  { pipeline, engine, alert }: { pipeline: Pipeline; engine: Engine; alert: (text: string) => void },
): Promise<Champion> {
  for (const { version, path } of champions) {
    try {
      return { kind: 'found', version, path, model: await scoringModel(path, pipeline, engine) };
    } catch (error) {
      if (error instanceof ResumeError) return { kind: 'foreign', version, why: error.message };
      if (!(error instanceof CheckpointError)) throw error;
      alert(`version ${version} cannot be loaded, the one before it is taken: ${error.message}`);
    }
  }
  const [first] = champions;
  return first ? { kind: 'foreign', version: first.version, why: 'no version can be loaded' } : { kind: 'none' };
}

/**
 * The job with its rows read as those of the champion were, where it is one to compare with: types that a text does not have, and that a few
 * new rows would tell otherwise, are what they were.
 */
export function withTypesOf(champion: Champion, job: Job): Job {
  if (champion.kind !== 'found') return job;
  const { types = {} } = champion.model.state;
  return { ...job, pipeline: { ...job.pipeline, source: changed(job.pipeline.source, { types }) } };
}
