import type { Vector } from 'apache-arrow';
import {
  catchError,
  connect,
  EMPTY,
  ignoreElements,
  type MonoTypeOperatorFunction,
  map,
  merge,
  takeWhile,
  tap,
} from 'rxjs';
import { splitRows } from '../batch/splitRows.ts';
import { takeRows } from '../batch/takeRows.ts';
import { type CopiedRecords, copyRecords } from '../preprocess/copyRecords.ts';
import { deriveColumns } from '../preprocess/deriveColumns.ts';
import type { Batch } from '../types.ts';
import type { Pipeline } from './pipeline.ts';

/** All rows of a source as they go into encoding: what the first epoch would read, split and derive again. */
export interface KeptReading {
  /** The training side, in the order of the stream. */
  readonly training: KeptBatch[];
  /** The held-out rows; undefined where one of them is refused. */
  readonly heldOut: readonly Batch[] | undefined;
}

export interface KeptBatch {
  readonly batch: Batch;
  /** Rows of both sides that were read with it. */
  readonly rowsRead: number;
}

/** Keeps what passes by, until it is more than there is memory for. */
export interface ReadingKeeper {
  /** Stands where both sides come by. */
  readonly heldOut: MonoTypeOperatorFunction<Batch>;
  /** Stands where the training side has been derived. */
  readonly training: MonoTypeOperatorFunction<Batch>;
  /** What was kept; undefined where it was too much. */
  finish(): KeptReading | undefined;
}

/**
 * @param maxBytes the most that may be kept
 * @param rowsRead tells how many rows have been read so far
 */
export function createReadingKeeper(
  { split, derive, seed, features, target, weight }: Pipeline,
  maxBytes: number,
  rowsRead: () => number,
): ReadingKeeper {
  const uses = new Set([...Object.keys(features), target.column, ...(weight ? [weight] : [])]);
  const seen = new WeakSet<Vector>();
  const training: KeptBatch[] = [];
  let heldOut: Batch[] | undefined = [];
  let room = maxBytes;
  let rowsBefore = 0;

  /** A copy of what encoding needs; undefined where there is no room for it, or was none for another. */
  function copy({ records, selected }: Batch): CopiedRecords | undefined {
    if (room < 0) return undefined;
    const copied = copyRecords(records, uses, seen);
    room -= copied ? copied.bytes + (selected?.byteLength ?? 0) : Number.POSITIVE_INFINITY;
    if (room >= 0) return copied;
    copied?.release();
    for (const { batch } of training) batch.release?.();
    training.length = 0;
    heldOut = undefined;
    return undefined;
  }

  const heldOutOf = (batch$: Parameters<MonoTypeOperatorFunction<Batch>>[0]) =>
    batch$.pipe(
      takeWhile(() => room >= 0),
      splitRows({ ...split, seed, side: 'validation' }),
      map(takeRows),
      deriveColumns(derive),
      tap((batch) => {
        const copied = copy(batch);
        if (copied) heldOut?.push({ ...batch, records: copied.records, release: copied.release });
      }),
      ignoreElements(),
      // The validation reads them itself, and tells what is wrong with them.
      catchError(() => {
        heldOut = undefined;
        return EMPTY;
      }),
    );

  return {
    heldOut: split.validation > 0 ? connect((batch$) => merge(heldOutOf(batch$), batch$)) : tap(),
    training: tap((batch) => {
      const copied = copy(batch);
      if (copied) {
        const { records, release } = copied;
        training.push({ batch: { ...batch, records, release }, rowsRead: rowsRead() - rowsBefore });
      }
      rowsBefore = rowsRead();
    }),
    finish: () => (room >= 0 ? { training, heldOut } : undefined),
  };
}
