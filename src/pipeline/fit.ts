import { identity, lastValueFrom, reduce, tap } from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import type { Gate } from '../flow/gate.ts';
import { checkRows } from '../preprocess/checkRows.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { derivedSchema } from '../preprocess/derivedSchema.ts';
import { createFitter } from '../preprocess/fitter.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import { batchRows } from '../source/sliceBatch.ts';
import { type BadRows, noBadRows } from './badRows/badRows.ts';
import type { Pipeline } from './definePipeline.ts';
import { firstRows } from './firstRows.ts';
import { untilAborted } from './untilAborted.ts';

/** A preprocessor, and what it was fitted on. */
export interface Fitted {
  readonly preprocessor: Preprocessor;
  readonly fittedRows: number;
  /** Rows of the training side; null where the source was not read to its end. */
  readonly trainingRows: number | null;
}

export interface FitOptions {
  readonly gate: Gate;
  readonly columns: readonly string[];
  readonly badRows: BadRows;
  readonly signal?: AbortSignal | undefined;
  /** What a warm start brings. */
  readonly known?: Preprocessor | undefined;
}

/**
 * Reads the training side of the source once, or of its first rows, and fits the preprocessing to those that can be used, or counts
 * them alone where there is a preprocessor already.
 *
 * What it counts and writes of the others is for its own errors: the first epoch, which sees the held-out rows too, begins anew.
 */
export async function fitPipeline(
  pipeline: Pipeline,
  { gate, columns, badRows, signal, known }: FitOptions,
): Promise<Fitted> {
  const { source, derive, split, fit, seed } = pipeline;
  const options = { features: pipeline.features, target: pipeline.target, weight: pipeline.weight || undefined };
  const schema = derivedSchema(derive, await source.schema(signal));
  const fitter = known ? undefined : createFitter(options, schema);
  const { mode } = badRows;
  const pass = badRows.pass(noBadRows());
  let rowsRead = 0;
  const fittedRows = await lastValueFrom(
    gate.open(firstRows(pipeline), { columns, badRows: mode }).pipe(
      pass.see,
      tap((batch) => {
        rowsRead += batchRows(batch);
      }),
      splitRows({ ...split, seed, side: 'training' }),
      fitter || mode === 'return' ? deriveColumns(derive, { badRows: mode }) : identity,
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
  return { preprocessor: known ?? fitter!.finish(), fittedRows, trainingRows };
}
