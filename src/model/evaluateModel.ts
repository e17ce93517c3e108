import { lastValueFrom } from 'rxjs';
import { DataError, OptionError } from '../errors.ts';
import type { Assembly } from '../pipeline/assemble.ts';
import { createCounting } from '../pipeline/counting.ts';
import { type Side, scoreRows } from '../pipeline/epoch.ts';
import { untilAborted } from '../pipeline/untilAborted.ts';
import type { Score } from '../train/evaluate.ts';

/** How good a model is on some rows, and how much of these rows it did not know. */
export interface ModelScore extends Score {
  /** Values that were replaced because they were missing, and categories that fitting had not seen. */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used, where the pipeline allows it. */
  readonly badRows: number;
}

/**
 * Scores a model on the rows of its source.
 *
 * @param side `validation` for the rows that training never saw, `all` for a source that training did not read
 * @throws OptionError where all of a source without an end is asked for
 * @throws DataError where there is no such row
 */
export async function evaluateModel(model: Assembly, side: Side, signal?: AbortSignal): Promise<ModelScore> {
  const { source } = model.pipeline;
  if (side === 'all' && source.unbounded) {
    throw new OptionError({
      where: source.name,
      expected: 'a source that ends, to evaluate on all of it',
      received: 'one without an end',
      hint: 'Give take(source, rows), or name a file',
    });
  }
  const { counters } = createCounting();
  const scored$ = scoreRows(model, side, counters).pipe(untilAborted(signal));
  const score = await lastValueFrom(scored$, { defaultValue: undefined });
  signal?.throwIfAborted();
  const { missing, unseen, badRows } = counters;
  if (score) return { ...score, missing, unseen, badRows };
  throw new DataError({
    where: source.name,
    expected: side === 'all' ? 'rows to evaluate on' : 'rows held out for validation',
    received: 'none',
    hint:
      side === 'all' ? 'Name a file that has rows' : 'Name another source, or train with a greater split.validation',
  });
}
