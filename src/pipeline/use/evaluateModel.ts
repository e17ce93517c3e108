import { lastValueFrom } from 'rxjs';
import { DataError, OptionError } from '../../errors.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { abortSignal, aFunction } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { OnReading } from '../../source/types.ts';
import type { Scores } from '../../train/evaluate.ts';
import { type Side, scoreRows } from '../rows/epoch.ts';
import { heldOutRows } from '../rows/heldOut.ts';
import { reportReading } from '../rows/reportReading.ts';
import type { Assembly } from '../run/assemble.ts';
import { createCounting } from '../run/counting.ts';

/** How good a model is on some rows, and how much of these rows it did not know. */
export interface ModelScores extends Scores {
  /** Values that were replaced because they were missing, and categories that fitting had not seen. */
  readonly missing: number;
  readonly unseen: number;
  /** Rows that were left out since they cannot be used, where the pipeline allows it. */
  readonly badRows: number;
}

/** The options of `evaluateModel`. */
export interface EvaluateModelOptions {
  /** Ends the reading; the error is its reason. */
  readonly signal?: AbortSignal;
  /** Told how far the source has been read. */
  readonly onReading?: OnReading;
}

/**
 * Scores a model on the rows of its source.
 *
 * @param side `validation` for the rows that training never saw, `all` for a source that training did not read
 * @throws OptionError where all of a source without an end is asked for
 * @throws DataError where there is no such row
 * @example
 * ```ts
 * import flats from './flats.ts';
 *
 * const model = await loadTrained('runs/flats/1', flats);
 * const { metrics, baseline } = await evaluateModel(model, 'validation');
 * console.log(metrics.rmse, baseline.rmse);
 * ```
 */
export async function evaluateModel(
  model: Assembly,
  side: Side,
  options: EvaluateModelOptions = {},
): Promise<ModelScores> {
  checkOptions<EvaluateModelOptions>('evaluateModel', options, { signal: abortSignal, onReading: aFunction() });
  const { signal, onReading } = options;
  const { source } = model.pipeline;
  if (side === 'all' && source.unbounded) {
    throw new OptionError({
      where: source.name,
      expected: 'a source that ends, to evaluate on all of it',
      received: 'one without an end',
      hint: 'Give limit(source, rows), or name a file',
    });
  }
  const { counters } = createCounting();
  const read = side === 'all' ? source : heldOutRows(model.pipeline);
  const watch = reportReading({ what: 'scoring', totalRows: onReading && (await read.rows(signal)) }, onReading);
  const scored$ = scoreRows(model, side, counters, { watch }).pipe(takeUntilAborted(signal));
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
