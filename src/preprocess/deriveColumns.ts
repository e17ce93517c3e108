import { map, type OperatorFunction } from 'rxjs';
import type { Batch } from '../types.ts';
import type { Derivation } from './derivation.ts';

/**
 * Adds computed columns to each record batch. A derivation may use columns of those before it; what rows that are not
 * selected hold in the new columns has no meaning.
 *
 * @example batches$.pipe(deriveColumns([hourOfDay('date'), cyclical('hour', { period: 24 })]))
 */
export function deriveColumns(derivations: readonly Derivation[]): OperatorFunction<Batch, Batch> {
  return map((batch) => ({
    ...batch,
    records: derivations.reduce((records, derivation) => derivation.apply(records, batch.selected), batch.records),
  }));
}
