import { identity, lastValueFrom, map, tap } from 'rxjs';
import { splitRows } from '../../batch/splitRows.ts';
import { takeRows } from '../../batch/takeRows.ts';
import { createGate } from '../../flow/gate.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { untilAborted } from '../../pipeline/untilAborted.ts';
import { deriveColumns } from '../../preprocess/deriveColumns.ts';
import type { Source } from '../../types.ts';
import { labelledRows } from '../drift/labelledRows.ts';
import type { ModelScores } from '../types.ts';
import type { ScoringModel } from './scoringModel.ts';
import { sliceRows } from './sliceRows.ts';
import { createSliceScores } from './sliceScores.ts';

export interface ScoreOptions {
  readonly source: Source;
  /** Columns that are read: all that the pipeline and the slices need. */
  readonly columns: readonly string[];
  /** The columns whose hash decides which rows are held out; undefined to score all rows. */
  readonly splitBy: readonly string[] | undefined;
  /** Columns whose values make slices, of the source or derived, and the metrics that are wanted of these; all where undefined. */
  readonly slices: readonly Slicing[];
  /**
   * Leaves out rows that have no label, which are an error else.
   * @default false
   */
  readonly isLabelled?: boolean;
  readonly signal: AbortSignal;
}

export interface Slicing {
  readonly by: string;
  readonly metrics?: readonly string[];
}

/** Scores models on the very same rows, held out or all, in one pass over the source. */
export async function scoreModels(
  models: readonly ScoringModel[],
  pipeline: Pipeline,
  { source, columns, splitBy, slices, isLabelled, signal }: ScoreOptions,
): Promise<ModelScores[]> {
  const { ahead, derive, split, seed, target } = pipeline;
  const badRows = badRowMode(pipeline);
  const whole = models.map((model) => model.evaluation());
  const sliced = slices.map(({ metrics }) => createSliceScores(models, metrics));
  const batch$ = createGate({ ahead })
    .open(source, { columns, badRows })
    .pipe(
      splitBy ? splitRows({ ...split, by: splitBy, seed, side: 'validation' }) : map((batch) => batch),
      map(takeRows),
      deriveColumns(derive, { badRows }),
      isLabelled ? labelledRows(target.column) : identity,
      // What one model cannot use, none is scored on.
      badRows === 'return' ? map((batch) => models.reduce((rest, model) => model.usable(rest), batch)) : identity,
      tap((batch) => {
        const predicted = models.map((model) => model.predict(batch));
        for (const [i, { output, y, n }] of predicted.entries()) whole[i].add(output, y, n, models[i].outputs);
        for (const [i, { by }] of slices.entries()) sliced[i].add(sliceRows(batch, by), predicted);
      }),
      untilAborted(signal),
    );
  await lastValueFrom(batch$, { defaultValue: undefined });
  signal.throwIfAborted();
  const bySlice = sliced.map((each) => each.results());
  return whole.map((evaluation, i) => {
    const { rows, metrics } = evaluation.result();
    return { rows, metrics, slices: Object.fromEntries(slices.map(({ by }, k) => [by, bySlice[k][i]])) };
  });
}
