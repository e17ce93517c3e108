import { defer, map, type OperatorFunction } from 'rxjs';
import type { Batch } from '../types.ts';
import type { Derivation } from './derivation.ts';
import { createRefusals } from './refusals.ts';

export interface DeriveColumnsOptions {
  /**
   * What becomes of a row for which a function throws, or gives something that its column cannot hold: the error, or a place in `refused`.
   * @default 'throw'
   */
  readonly badRows?: 'throw' | 'return';
}

/**
 * Adds computed columns to each record batch. A derivation may use columns of those before it; what rows that are not
 * selected hold in the new columns has no meaning.
 *
 * @example batches$.pipe(deriveColumns([hourOfDay('date'), cyclical('hour', { period: 24 })]))
 */
export function deriveColumns(
  derivations: readonly Derivation[],
  { badRows = 'throw' }: DeriveColumnsOptions = {},
): OperatorFunction<Batch, Batch> {
  if (badRows === 'throw') {
    return map((batch) => ({
      ...batch,
      records: derivations.reduce((records, derivation) => derivation.apply(records, batch.selected), batch.records),
    }));
  }
  return (batches$) =>
    defer(() => {
      let rowsBefore = 0;
      return batches$.pipe(
        map((batch) => {
          const before = rowsBefore;
          rowsBefore += batch.records.numRows;
          return derivations.reduce((usable, derivation) => deriveUsable(usable, derivation, before), batch);
        }),
      );
    });
}

/** The record batch with the columns added, without the rows for which there is no result. */
function deriveUsable(batch: Batch, derivation: Derivation, rowsBefore: number): Batch {
  const refusals = createRefusals(rowsBefore);
  const derived = { ...batch, records: derivation.apply(batch.records, batch.selected, refusals.refuse) };
  return refusals.count === 0 ? derived : refusals.leaveOut(derived);
}
