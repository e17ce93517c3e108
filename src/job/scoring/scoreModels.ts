import { identity, lastValueFrom, type MonoTypeOperatorFunction, map, type OperatorFunction, tap } from 'rxjs';
import { splitRows } from '../../batch/splitRows.ts';
import { takeRows } from '../../batch/takeRows.ts';
import type { SplitRule } from '../../batch/types.ts';
import { createGate } from '../../flow/gate.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { badRowMode } from '../../pipeline/badRows/badRowMode.ts';
import type { Pipeline } from '../../pipeline/declare/pipeline.ts';
import { columnsOfSplit } from '../../pipeline/declare/splitRule.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { readNumbers } from '../../source/column/readNumbers.ts';
import type { Batch, Source } from '../../source/types.ts';
import type { Slicing } from '../rows/jobColumns.ts';
import type { SlicedScores } from '../types.ts';
import type { ScoringModel } from './scoringModel.ts';
import { sliceRows } from './sliceRows.ts';
import { createSliceScores } from './sliceScores.ts';

export interface ScoreOptions {
  readonly source: Source;
  /** Columns that are read: all that the pipeline and the slices need. */
  readonly columns: readonly string[];
  /** Scores the rows that all of these rules hold out; all rows where there is none. */
  readonly splits: readonly SplitRule[];
  /** Columns whose values make slices, of the source or derived, and the metrics that are wanted of these; all where undefined. */
  readonly slices: readonly Slicing[];
  /**
   * Leaves out rows that have no label, which are an error else.
   * @default false
   */
  readonly isLabelled?: boolean;
  readonly signal: AbortSignal;
}

/** Scores models on the very same rows, held out or all, in one pass over the source. */
export async function scoreModels(
  models: readonly ScoringModel[],
  pipeline: Pipeline,
  { source, columns, splits, slices, isLabelled, signal }: ScoreOptions,
): Promise<SlicedScores[]> {
  const { ahead, derive, target } = pipeline;
  const badRows = badRowMode(pipeline);
  const whole = models.map((model) => model.evaluation());
  const sliced = slices.map(({ metrics }) => createSliceScores(models, metrics));
  const batch$ = createGate({ ahead })
    .open(source, { columns: withSplits(columns, splits), badRows })
    .pipe(
      heldOutOfAll(splits),
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
      takeUntilAborted(signal),
    );
  await lastValueFrom(batch$, { defaultValue: undefined });
  signal.throwIfAborted();
  const bySlice = sliced.map((each) => each.results());
  return whole.map((evaluation, i) => {
    const { rows, metrics, notDefined } = evaluation.result();
    return { rows, metrics, notDefined, slices: Object.fromEntries(slices.map(({ by }, k) => [by, bySlice[k][i]])) };
  });
}

/** The rows that are on the side of validation by each rule. */
function heldOutOfAll(splits: readonly SplitRule[]): MonoTypeOperatorFunction<Batch> {
  return (batch$) => splits.reduce((rest$, split) => rest$.pipe(splitRows({ ...split, side: 'validation' })), batch$);
}

function withSplits(columns: readonly string[], splits: readonly SplitRule[]): readonly string[] {
  return [...new Set([...columns, ...splits.flatMap(columnsOfSplit)])];
}

/** Selects the rows that have a value in the target's column: labels may come later than rows. A selection is narrowed. */
function labelledRows(column: string): OperatorFunction<Batch, Batch> {
  const kinds = ['number', 'boolean', 'string'] as const;
  return map((batch) => {
    const { records } = batch;
    const { index, kind } = findColumn(records.schema, { column, kinds, where: `target ${column}` });
    const data = columnData(records, index);
    const numbers = kind === 'string' ? undefined : readNumbers(data);
    const isLabelled = (row: number) => (numbers ? !Number.isNaN(numbers[row]) : data.getValid(row));
    const rows = batch.selected ?? Uint32Array.from({ length: records.numRows }, (_, row) => row);
    return { ...batch, selected: rows.filter(isLabelled) };
  });
}
