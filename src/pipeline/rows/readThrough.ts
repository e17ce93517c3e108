import {
  catchError,
  connect,
  EMPTY,
  identity,
  ignoreElements,
  lastValueFrom,
  type MonoTypeOperatorFunction,
  map,
  merge,
  reduce,
  takeWhile,
  tap,
} from 'rxjs';
import type { RepeatCounter } from '../../batch/repeatCounter.ts';
import { splitRows } from '../../batch/splitRows.ts';
import { takeRows } from '../../batch/takeRows.ts';
import type { SplitRule } from '../../batch/types.ts';
import { DataError } from '../../errors.ts';
import type { Gate } from '../../flow/gate.ts';
import { takeUntilAborted } from '../../flow/takeUntilAborted.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { derivedSchema } from '../../preprocess/derive/derivedSchema.ts';
import { neededDerivations } from '../../preprocess/derive/sourceColumns.ts';
import { checkRows } from '../../preprocess/encode/checkRows.ts';
import type { Preprocessor } from '../../preprocess/encode/preprocessor.ts';
import { createFitter, type Fitter } from '../../preprocess/fit/fitter.ts';
import { createLabelsSeen } from '../../preprocess/fit/labelsSeen.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import { batchRows } from '../../source/combine/sliceBatch.ts';
import type { Batch, OnReading } from '../../source/types.ts';
import { type BadRows, noBadRows } from '../badRows/badRows.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import { createColumnSample, type SampledColumns } from './columnSample.ts';
import { firstRows } from './firstRows.ts';
import { createReadingKeeper, type ReadingKeeper } from './keepReading.ts';
import { reportReading } from './reportReading.ts';

export interface ReadThroughOptions {
  readonly gate: Gate;
  readonly columns: readonly string[];
  readonly badRows: BadRows;
  readonly signal?: AbortSignal | undefined;
  /** What a warm start brings. */
  readonly known?: Preprocessor | undefined;
  /** Null for a run that begins: what another one has made use of may have become something else. */
  readonly used?: null;
  /**
   * Keeps what is read for the first epoch, where that reads the same: all rows, and refuses none of them.
   * @default 0 bytes
   */
  readonly keepBytes?: number;
  /** Told how far the reading has come; undefined when it is over, however it has ended. */
  readonly onReading?: OnReading | undefined;
  /** Called before the first row is read, when nothing is left to be refused. */
  readonly begin?: (() => Promise<void>) | undefined;
  readonly split: SplitRule;
  /** Counts rows that repeat. */
  readonly counter?: RepeatCounter | undefined;
}

/** What was learned from all rows of a source, or from its first ones. */
export interface ReadThrough {
  /** Undefined where there is a preprocessor already. */
  readonly fitter: Fitter | undefined;
  readonly keeper: ReadingKeeper | undefined;
  /** Whether there are no rows after those that were read. */
  readonly isAllRead: boolean;
  /** Rows that can be read, those of them that are held out, and those that were trained on and can be used. */
  readonly rowsRead: number;
  readonly heldOutRows: number;
  readonly fittedRows: number;
  /** Rows that cannot be read. */
  readonly refused: number;
  /** The classes that there are on each side; of the held-out rows undefined where one of them cannot be used. */
  readonly classes: { readonly training: readonly Category[]; readonly heldOut: readonly Category[] | undefined };
  /** Rows of the training side. */
  readonly sample: SampledColumns;
}

/** Reads both sides of a source, or of its first rows, once, and fits the preprocessing to those of the training side that can be used. */
export async function readThrough(
  pipeline: Pipeline,
  { gate, columns, badRows, signal, known, used, keepBytes = 0, onReading, begin, split, counter }: ReadThroughOptions,
): Promise<ReadThrough> {
  const { source, derive, fit, features, target } = pipeline;
  const options = { features, target, weight: pipeline.weight || undefined };
  const schema = derivedSchema(derive, await source.schema(signal));
  const fitter = known ? undefined : createFitter(options, schema);
  const { mode } = badRows;
  const counters = noBadRows();
  badRows.writer?.cut(0);
  const pass = badRows.pass(counters);
  const keeper =
    keepBytes > 0 && !fit && mode === 'throw'
      ? createReadingKeeper(pipeline, keepBytes, () => counters.rowsRead)
      : undefined;
  const sample = createColumnSample(options);
  const labels = { training: createLabelsSeen(target), heldOut: createLabelsSeen(target) };
  let [rowsRead, trainingRows, refused] = [0, 0, 0];
  let isUsable = true;

  const forLabel = neededDerivations(derive, [target.column]);
  const forFeatures = derive.filter((derivation) => !forLabel.includes(derivation));
  const keep =
    (keeper: ReadingKeeper): MonoTypeOperatorFunction<Batch> =>
    (batch$) =>
      batch$.pipe(
        takeWhile(() => keeper.hasRoom),
        deriveColumns(forFeatures),
        keeper.heldOut,
      );
  const heldOut = aside((batch$) =>
    batch$.pipe(
      map(({ refused: _, ...batch }): Batch => batch),
      splitRows({ ...split, side: 'validation' }),
      map(takeRows),
      deriveColumns(forLabel, { badRows: mode }),
      mode === 'return' ? checkRows({ features: {}, target }) : identity,
      tap({
        next: labels.heldOut.add,
        error: () => {
          isUsable = false;
        },
      }),
      keeper ? aside(keep(keeper)) : identity,
    ),
  );
  await begin?.();
  const totalRows = onReading && (fit ? fit.rows : await source.rows(signal));
  const reading = { columns, badRows: mode, release: true, ...(used === null && { used }) };
  const derived$ = gate.open(firstRows(pipeline), reading).pipe(
    pass.see,
    reportReading({ what: known ? 'counting' : 'fitting', totalRows }, onReading),
    counter?.count ?? identity,
    tap((batch) => {
      rowsRead += batchRows(batch);
      refused += batch.refused?.length ?? 0;
    }),
    split.validation > 0 ? heldOut : identity,
    splitRows({ ...split, side: 'training' }),
    tap((batch) => {
      trainingRows += batchRows(batch);
    }),
    deriveColumns(derive, { badRows: mode }),
    keeper?.training ?? identity,
  );
  const fittedRows = await lastValueFrom(
    derived$.pipe(
      mode === 'return' ? checkRows(options) : identity,
      fit ? pass.note() : pass.noteToEnd(),
      takeUntilAborted(signal),
      reduce((rows, batch) => {
        fitter?.add(batch);
        labels.training.add(batch);
        sample.add(batch);
        return rows + batchRows(batch);
      }, 0),
    ),
  );
  signal?.throwIfAborted();
  if (rowsRead === 0) {
    throw new DataError({
      where: source.name,
      expected: 'rows to train on',
      received: 'none',
      hint: 'A header alone has none; a filter may leave none',
    });
  }
  return {
    fitter,
    keeper,
    isAllRead: !fit || rowsRead < fit.rows,
    rowsRead,
    heldOutRows: rowsRead - trainingRows,
    fittedRows,
    refused,
    classes: { training: labels.training.classes(), heldOut: isUsable ? labels.heldOut.classes() : undefined },
    sample,
  };
}

/** Does something with what passes by. Where that fails, it ends, and the others go on. */
function aside(work: MonoTypeOperatorFunction<Batch>): MonoTypeOperatorFunction<Batch> {
  return connect((batch$) =>
    merge(
      work(batch$).pipe(
        ignoreElements(),
        catchError(() => EMPTY),
      ),
      batch$,
    ),
  );
}
