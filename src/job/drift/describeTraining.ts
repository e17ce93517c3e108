import type { Json } from '../../json.ts';
import type { ScoringModel } from '../scoring/scoringModel.ts';
import type { Job } from '../types.ts';
import { type DescribeOptions, describeFeatures } from './describeFeatures.ts';
import { type Distributions, mergeDistributions } from './distribution.ts';

/**
 * What a checkpoint notes for drift to be measured against, where the job asks for it. A model that learns from new rows alone, on top of
 * another's weights, is described by the rows of both.
 *
 * @param from the model that training begins from
 */
export async function describeTraining(
  { pipeline, drift, data }: Job,
  reading: DescribeOptions,
  from: ScoringModel | undefined,
): Promise<Record<string, Json>> {
  if (!drift || (drift.psi === undefined && drift.ks === undefined)) return {};
  const before = data.windowMs === undefined && from ? notedDistributions(from) : undefined;
  const now = await describeFeatures(pipeline, { ...reading, known: before });
  return { distributions: (before ? mergeDistributions(before, now) : now) as unknown as Json };
}

/** What a model was trained on, as its checkpoint notes it; undefined where it does not. */
export function notedDistributions({ state }: ScoringModel): Distributions | undefined {
  return state.notes?.distributions as unknown as Distributions | undefined;
}
