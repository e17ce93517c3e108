import {
  catchError,
  concat,
  connect,
  defer,
  EMPTY,
  ignoreElements,
  type MonoTypeOperatorFunction,
  map,
  merge,
  type Observable,
  reduce,
  tap,
} from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import { takeRows } from '../batch/takeRows.ts';
import { DataError } from '../errors.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import { type EncodedBatch, encode } from '../preprocess/encode.ts';
import type { Batch } from '../types.ts';
import type { Assembly } from './assemble.ts';
import { heldOutRows } from './firstRows.ts';

/** Memory for held-out rows that are kept from the training pass to the validation. */
const keptBytes = 32_000_000;

/**
 * Lets all record batches of a source through, and keeps their held-out rows for the validations to come. Where they are too many, or
 * one is refused, none is kept: the validation then reads them itself, and tells what is wrong with them.
 */
export function keepHeldOut(
  { pipeline, preprocessor, kept }: Pick<Assembly, 'pipeline' | 'preprocessor' | 'kept'>,
  maxBytes: number = keptBytes,
): MonoTypeOperatorFunction<Batch> {
  const { split, derive, seed } = pipeline;
  return connect((batch$) => {
    let bytes = 0;
    const keeping$ = batch$.pipe(
      splitRows({ ...split, seed, side: 'validation' }),
      map(takeRows),
      deriveColumns(derive),
      encode(preprocessor),
      reduce((all: EncodedBatch[], batch) => {
        bytes += batch.words.byteLength;
        if (bytes > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
        all.push(batch);
        return all;
      }, []),
      tap((all) => {
        kept.heldOut = all;
      }),
      catchError(() => EMPTY),
      ignoreElements(),
    );
    return merge(keeping$, batch$);
  });
}

/** Memory for held-out rows that are needed within an epoch. */
const loadedBytes = 256_000_000;

/**
 * Reads the source, or the beginning of one without an end, for its held-out rows alone and keeps them.
 *
 * @throws DataError where they are more than memory is meant for, or cannot be used
 */
export function loadHeldOut(assembly: Assembly): Observable<never> {
  const { gate, pipeline, columns, kept } = assembly;
  return concat(
    gate.open(heldOutRows(pipeline), { columns }).pipe(keepHeldOut(assembly, loadedBytes), ignoreElements()),
    defer(() => {
      if (kept.heldOut) return EMPTY;
      throw new DataError({
        where: 'validateEverySteps',
        expected: `held-out rows that can be used and fit in ${loadedBytes / 1e6} MB once encoded`,
        received: 'more, or some that are refused',
        hint: 'Hold fewer rows out, or set validateEverySteps to false: the validation then says which rows are refused',
      });
    }),
  );
}
