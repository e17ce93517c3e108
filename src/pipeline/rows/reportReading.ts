import { defer, finalize, identity, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { batchRows } from '../../source/combine/sliceBatch.ts';
import type { Batch, OnReading, ReadingProgress } from '../../source/types.ts';

/**
 * Lets record batches through, and tells how many of their rows have come; undefined when no more will, however it has ended.
 *
 * @param onReading nobody wants to know where it is undefined
 */
export function reportReading(
  { what, totalRows }: Omit<ReadingProgress, 'rows'>,
  onReading: OnReading | undefined,
): MonoTypeOperatorFunction<Batch> {
  if (!onReading) return identity;
  return (batch$) =>
    defer(() => {
      let rows = 0;
      return batch$.pipe(
        tap((batch) => {
          rows += batchRows(batch);
          onReading({ what, rows, totalRows });
        }),
        finalize(() => onReading(undefined)),
      );
    });
}
