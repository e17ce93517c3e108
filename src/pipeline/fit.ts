import { identity, lastValueFrom, reduce, tap } from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import type { Gate } from '../flow/gate.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { derivedSchema } from '../preprocess/derivedSchema.ts';
import { createFitter } from '../preprocess/fitter.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import { batchRows } from '../source/sliceBatch.ts';
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

/**
 * Reads the training side of the source once, or of its first rows, and fits the preprocessing to it, or counts the rows alone where
 * there is a preprocessor already.
 */
export async function fitPipeline(
  pipeline: Pipeline,
  {
    gate,
    columns,
    signal,
    known,
  }: {
    readonly gate: Gate;
    readonly columns: readonly string[];
    readonly signal?: AbortSignal;
    /** What a warm start brings. */
    readonly known?: Preprocessor;
  },
): Promise<Fitted> {
  const { source, derive, features, target, weight, split, fit, seed } = pipeline;
  const schema = derivedSchema(derive, await source.schema(signal));
  const fitter = known ? undefined : createFitter({ features, target, weight: weight || undefined }, schema);
  let rowsRead = 0;
  const fittedRows = await lastValueFrom(
    gate.open(firstRows(pipeline), { columns }).pipe(
      tap((batch) => {
        rowsRead += batchRows(batch);
      }),
      splitRows({ ...split, seed, side: 'training' }),
      fitter ? deriveColumns(derive) : identity,
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
