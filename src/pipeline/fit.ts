import { identity, lastValueFrom, reduce, tap } from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import type { Gate } from '../flow/gate.ts';
import { checkRows } from '../preprocess/checkRows.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { derivedSchema } from '../preprocess/derivedSchema.ts';
import { createFitter } from '../preprocess/fitter.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import { batchRows } from '../source/combine/sliceBatch.ts';
import { type BadRows, noBadRows } from './badRows/badRows.ts';
import { firstRows } from './firstRows.ts';
import { createReadingKeeper, type KeptReading } from './keepReading.ts';
import type { Pipeline } from './pipeline.ts';
import { untilAborted } from './untilAborted.ts';

/** A preprocessor, and what it was fitted on. */
export interface Fitted {
  readonly preprocessor: Preprocessor;
  readonly fittedRows: number;
  /** Rows of the training side; null where the source was not read to its end. */
  readonly trainingRows: number | null;
  /** What was read, where it was to be kept and could be. */
  readonly reading: KeptReading | undefined;
}

export interface FitOptions {
  readonly gate: Gate;
  readonly columns: readonly string[];
  readonly badRows: BadRows;
  readonly signal?: AbortSignal | undefined;
  /** What a warm start brings. */
  readonly known?: Preprocessor | undefined;
  /**
   * Keeps what is read for the first epoch, where that reads the same: all rows, and refuses none of them.
   * @default 0 bytes
   */
  readonly keepBytes?: number;
}

/**
 * Reads the training side of the source once, or of its first rows, and fits the preprocessing to those that can be used, or counts
 * them alone where there is a preprocessor already.
 *
 * What it counts and writes of the others is for its own errors: the first epoch, which sees the held-out rows too, begins anew.
 */
export async function fitPipeline(
  pipeline: Pipeline,
  { gate, columns, badRows, signal, known, keepBytes = 0 }: FitOptions,
): Promise<Fitted> {
  const { source, derive, split, fit, seed } = pipeline;
  const options = { features: pipeline.features, target: pipeline.target, weight: pipeline.weight || undefined };
  const schema = derivedSchema(derive, await source.schema(signal));
  const fitter = known ? undefined : createFitter(options, schema);
  const { mode } = badRows;
  const counters = noBadRows();
  const pass = badRows.pass(counters);
  const keeper =
    keepBytes > 0 && !fit && mode === 'throw'
      ? createReadingKeeper(pipeline, keepBytes, () => counters.rowsRead)
      : undefined;
  let rowsRead = 0;
  const derived$ = gate.open(firstRows(pipeline), { columns, badRows: mode, release: true }).pipe(
    pass.see,
    tap((batch) => {
      rowsRead += batchRows(batch);
    }),
    keeper?.heldOut ?? identity,
    splitRows({ ...split, seed, side: 'training' }),
    fitter || keeper || mode === 'return' ? deriveColumns(derive, { badRows: mode }) : identity,
    keeper?.training ?? identity,
  );
  const fittedRows = await lastValueFrom(
    derived$.pipe(
      mode === 'return' ? checkRows(options) : identity,
      fit ? pass.note() : pass.noteToEnd(),
      untilAborted(signal),
      reduce((rows, batch) => {
        fitter?.add(batch);
        return rows + batchRows(batch);
      }, 0),
    ),
  );
  signal?.throwIfAborted();
  const trainingRows = fit && rowsRead >= fit.rows ? null : fittedRows;
  return { preprocessor: known ?? fitter!.finish(), fittedRows, trainingRows, reading: keeper?.finish() };
}
