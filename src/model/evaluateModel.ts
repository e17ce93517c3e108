import { lastValueFrom } from 'rxjs';
import type { Assembly } from '../pipeline/assemble.ts';
import { type Side, scoreRows } from '../pipeline/epoch.ts';
import { untilAborted } from '../pipeline/untilAborted.ts';
import type { Score } from '../train/evaluate.ts';

/**
 * Scores a model on the rows of its source.
 *
 * @param side `validation` for the rows that training never saw, `all` for a source that training did not read
 * @throws DataError where there is no such row
 */
export async function evaluateModel(model: Assembly, side: Side, signal?: AbortSignal): Promise<Score> {
  const score = await lastValueFrom(scoreRows(model, side).pipe(untilAborted(signal)));
  signal?.throwIfAborted();
  return score;
}
