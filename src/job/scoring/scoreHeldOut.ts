import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { distinctSplits, splitsOf } from '../../pipeline/declare/splitRule.ts';
import type { SlicedScores } from '../types.ts';
import type { Champion } from './findChampion.ts';
import { type ScoreOptions, scoreModels } from './scoreModels.ts';
import type { ScoringModel } from './scoringModel.ts';

export interface ScoreHeldOutOptions extends Omit<ScoreOptions, 'splits' | 'isLabelled'> {
  readonly pipeline: Pipeline;
  /** Is told where the rows are not simply those that the candidate holds out. */
  readonly note: (text: string) => void;
}

/** How good a candidate is, and the champion on the same rows. */
export interface HeldOutScores {
  readonly scores: SlicedScores;
  readonly before: SlicedScores | undefined;
  /** The champion, or why it cannot be compared with. */
  readonly against: Champion;
}

const nothing: SlicedScores = { rows: 0, metrics: {}, slices: {} };

/**
 * Scores both models on the rows that are held out from both, and from all models that their parameters began from: on no row that one of
 * them may have been trained on. Where there is none, the candidate is scored alone, and the champion is none to compare with.
 */
export async function scoreHeldOut(
  candidate: ScoringModel,
  champion: Champion,
  { pipeline, note, ...scoring }: ScoreHeldOutOptions,
): Promise<HeldOutScores> {
  const other = champion.kind === 'found' ? champion : undefined;
  if (pipeline.split.validation === 0) return { scores: nothing, before: other && nothing, against: champion };
  const own = splitsOf(candidate.state, pipeline);
  const splits = distinctSplits([...own, ...(other ? splitsOf(other.model.state, pipeline) : [])]);
  const models = other ? [candidate, other.model] : [candidate];
  const [scores, before] = await scoreModels(models, pipeline, { ...scoring, splits });
  if (splits.length === 1) return { scores, before, against: champion };
  if (scores.rows > 0) {
    const both = other ? `version ${other.version} held other rows out: both models are` : 'the model is';
    note(`${both} scored on the ${scores.rows} rows that neither they nor those that they began from were trained on`);
    return { scores, before, against: champion };
  }
  if (!other || splits.length === own.length) {
    note('no row is held out from the model and from those that it began from: train from scratch');
    return { scores, before, against: champion };
  }
  const [alone] = await scoreModels([candidate], pipeline, { ...scoring, splits: own });
  const why = 'no row is held out from both';
  return { scores: alone, before: undefined, against: { kind: 'foreign', version: other.version, why } };
}
