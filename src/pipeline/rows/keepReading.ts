import type { Vector } from 'apache-arrow';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import { type CopiedRecords, copyRecords } from '../../preprocess/derive/copyRecords.ts';
import type { Batch } from '../../source/types.ts';
import type { Pipeline } from '../declare/pipeline.ts';

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
  /** Whether it keeps what comes. */
  readonly hasRoom: boolean;
  /** Stands where the held-out rows have been taken from the others and derived. Where that fails, they are not kept. */
  readonly heldOut: MonoTypeOperatorFunction<Batch>;
  /** Stands where the training side has been derived. */
  readonly training: MonoTypeOperatorFunction<Batch>;
  /** What was kept; undefined where it was too much. */
  finish(): KeptReading | undefined;
  /** Gives the memory of all that was kept back. */
  discard(): void;
}

/**
 * @param maxBytes the most that may be kept
 * @param rowsRead tells how many rows have been read so far
 */
export function createReadingKeeper(
  { features, target, weight }: Pick<Pipeline, 'features' | 'target' | 'weight'>,
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
    discard();
    return undefined;
  }

  function discard(): void {
    for (const batch of [...training.map(({ batch }) => batch), ...(heldOut ?? [])]) batch.release?.();
    training.length = 0;
    heldOut = undefined;
    room = -1;
  }

  return {
    get hasRoom() {
      return room >= 0;
    },
    heldOut: tap({
      next: (batch) => {
        const copied = copy(batch);
        if (copied) heldOut?.push({ ...batch, records: copied.records, release: copied.release });
      },
      // The validation reads them itself, and tells what is wrong with them.
      error: () => {
        heldOut = undefined;
      },
    }),
    training: tap((batch) => {
      const copied = copy(batch);
      if (copied) {
        const { records, release } = copied;
        training.push({ batch: { ...batch, records, release }, rowsRead: rowsRead() - rowsBefore });
      }
      rowsBefore = rowsRead();
    }),
    finish: () => (room >= 0 ? { training, heldOut } : undefined),
    discard,
  };
}
