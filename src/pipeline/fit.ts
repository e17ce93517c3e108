import { lastValueFrom, reduce } from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import type { Gate } from '../flow/gate.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { derivedSchema } from '../preprocess/derivedSchema.ts';
import { createFitter } from '../preprocess/fitter.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import type { Pipeline } from './definePipeline.ts';
import { untilAborted } from './untilAborted.ts';

/** A preprocessor, and the number of rows it was fitted on. */
export interface Fitted {
  readonly preprocessor: Preprocessor;
  readonly trainingRows: number;
}

/** Reads the training side of the source once and fits the preprocessing to it. */
export async function fitPipeline(
  pipeline: Pipeline,
  {
    gate,
    columns,
    signal,
  }: { readonly gate: Gate; readonly columns: readonly string[]; readonly signal?: AbortSignal },
): Promise<Fitted> {
  const { source, derive, features, target, weight, split, seed } = pipeline;
  const fitter = createFitter(
    { features, target, weight: weight || undefined },
    derivedSchema(derive, await source.schema(signal)),
  );
  const trainingRows = await lastValueFrom(
    gate.open(source, { columns }).pipe(
      splitRows({ ...split, seed, side: 'training' }),
      deriveColumns(derive),
      untilAborted(signal),
      reduce((rows, batch) => {
        fitter.add(batch);
        return rows + (batch.selected?.length ?? batch.records.numRows);
      }, 0),
    ),
  );
  signal?.throwIfAborted();
  return { preprocessor: fitter.finish(), trainingRows };
}
