import { defer, map, type Observable } from 'rxjs';
import type { EncodedBatch } from '../preprocess/encode.ts';
import type { Preprocessor } from '../preprocess/preprocessor.ts';
import { batchRows } from '../source/combine/sliceBatch.ts';
import type { Batch } from '../types.ts';
import type { Assembly } from './assemble.ts';
import type { KeptBatch, KeptReading } from './keepReading.ts';

/** Gives the training side of a reading once more. The memory of each record batch is given back when it has been worked off. */
export function replay(
  { gate, counting, spill }: Pick<Assembly, 'gate' | 'counting' | 'spill'>,
  { training }: KeptReading,
): Observable<Batch> {
  return defer(() => {
    counting.mark(null);
    return gate
      .draw(() => letGo(training))
      .pipe(
        map(({ batch, rowsRead }) => {
          if (!spill) counting.mark(batch.cursor);
          counting.counters.rowsRead += rowsRead;
          return batch;
        }),
      );
  });
}

/**
 * Its held-out rows encoded; undefined where they are more than `maxBytes`, or one is refused: the validation then reads them itself, and
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

/** A generator goes on when the one before has been worked off. */
async function* letGo(batches: KeptBatch[]): AsyncGenerator<KeptBatch> {
  batches.reverse();
  for (let kept = batches.pop(); kept; kept = batches.pop()) {
    yield kept;
    kept.batch.release?.();
  }
}
