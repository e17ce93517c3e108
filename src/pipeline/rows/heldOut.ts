import {
  catchError,
  concat,
  connect,
  defer,
  EMPTY,
  identity,
  ignoreElements,
  type MonoTypeOperatorFunction,
  map,
  merge,
  type Observable,
  reduce,
  tap,
} from 'rxjs';
import { splitRows } from '../../batch/splitRows.ts';
import { takeRows } from '../../batch/takeRows.ts';
import { DataError } from '../../errors.ts';
import { deriveColumns } from '../../preprocess/derive/deriveColumns.ts';
import { type EncodedBatch, encode } from '../../preprocess/encode/encode.ts';
import type { Preprocessor } from '../../preprocess/encode/preprocessor.ts';
import { batchRows } from '../../source/combine/sliceBatch.ts';
import type { Batch, Source } from '../../source/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';
import type { Assembly } from '../run/assemble.ts';
import { firstRows } from './firstRows.ts';
import type { KeptReading } from './keepReading.ts';

/** What held-out rows are taken from: all of the source, or the first rows of one without an end or that can be read only once. */
export function heldOutRows(pipeline: Pick<Pipeline, 'source' | 'fit'>): Source {
  const { source } = pipeline;
  return source.unbounded || source.once ? firstRows(pipeline) : source;
}

/** Memory for held-out rows that are kept from the training pass to the validation. */
export const keptBytes = 16_000_000;

export interface KeepOptions {
  /** The most that is kept; 0 to keep nothing, and only see which rows cannot be used. */
  readonly maxBytes?: number;
  /**
   * Is shown all record batches, also when no more are kept.
   * @default nobody
   */
  readonly note?: MonoTypeOperatorFunction<EncodedBatch>;
}

/**
 * Lets all record batches of a source through, and keeps their held-out rows for the validations to come. Where they are too many, or
 * one fails the run, none is kept: the validation then reads them itself, and tells what is wrong with them.
 */
export function keepHeldOut(
  {
    pipeline: { derive },
    split,
    preprocessor,
    kept,
    badRows,
  }: Pick<Assembly, 'pipeline' | 'split' | 'preprocessor' | 'kept' | 'badRows'>,
  { maxBytes = keptBytes, note = identity }: KeepOptions = {},
): MonoTypeOperatorFunction<Batch> {
  const { mode } = badRows;
  return connect((batch$) => {
    let room = maxBytes;
    const encoded$ = batch$.pipe(
      // Those that were refused before are told of on the other way.
      map(({ refused: _, ...batch }): Batch => batch),
      splitRows({ ...split, side: 'validation' }),
      map(takeRows),
      deriveColumns(derive, { badRows: mode }),
      encode(preprocessor, { badRows: mode }),
      note,
    );
    const keeping$ = encoded$.pipe(
      reduce((all: EncodedBatch[], { refused: _, ...batch }) => {
        room -= batch.words.byteLength;
        if (room < 0 && mode === 'throw') throw new RangeError(`more than ${maxBytes} bytes`);
        if (room >= 0) all.push(batch);
        else all.length = 0;
        return all;
      }, []),
      tap((all) => {
        if (room >= 0 && maxBytes > 0) kept.heldOut = all;
      }),
      mode === 'throw' ? catchError(() => EMPTY) : identity,
      ignoreElements(),
    );
    return merge(keeping$, batch$);
  });
}

/**
 * The held-out rows of a reading encoded; undefined where they are more than `maxBytes`, or one is refused: the validation then reads them itself, and
 * tells what is wrong with them.
 */
export function encodeHeldOut(
  { heldOut }: KeptReading,
  preprocessor: Preprocessor,
  maxBytes: number,
): readonly EncodedBatch[] | undefined {
  const rows = heldOut?.reduce((sum, batch) => sum + batchRows(batch), 0) ?? 0;
  if (4 * preprocessor.layout.words * rows > maxBytes) return undefined;
  const encoder = preprocessor.encoder();
  try {
    return heldOut?.map((batch) => ({
      words: encoder.encode(batch, { missing: 0, unseen: 0 }),
      n: batchRows(batch),
      cursor: batch.cursor,
    }));
  } catch {
    return undefined;
  }
}

/** Memory for held-out rows that are needed within an epoch. */
const loadedBytes = 256_000_000;

/**
 * Reads the source, or the beginning of one without an end, for its held-out rows alone and keeps them.
 *
 * @throws DataError where they are more than memory is meant for, or cannot be used
 */
export function loadHeldOut(assembly: Assembly): Observable<never> {
  const { gate, pipeline, columns, kept, badRows } = assembly;
  return concat(
    defer(() =>
      kept.heldOut
        ? EMPTY
        : gate
            .open(heldOutRows(pipeline), { columns, badRows: badRows.mode, release: true })
            .pipe(keepHeldOut(assembly, { maxBytes: loadedBytes }), ignoreElements()),
    ),
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
