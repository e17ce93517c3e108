import { defer, map, type OperatorFunction } from 'rxjs';
import { oneOf } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { Batch } from '../../source/types.ts';
import type { Derivation } from './derivation.ts';
import { deriveBatch } from './deriveBatch.ts';

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
 * @throws DataError, where bad rows are not returned, at the first row for which a function throws, or gives something that its column cannot
 * hold: it names the derivation, the file, the row and the values that the function was given
 * @example batches$.pipe(deriveColumns([hourOfDay('date'), cyclical('hour', { period: 24 })]))
 */
export function deriveColumns(
  derivations: readonly Derivation[],
  options: DeriveColumnsOptions = {},
): OperatorFunction<Batch, Batch> {
  checkOptions<DeriveColumnsOptions>('deriveColumns', options, { badRows: oneOf('throw', 'return') });
  const { badRows = 'throw' } = options;
  return (batches$) =>
    defer(() => {
      let rowsBefore = 0;
      return batches$.pipe(
        map((batch) => {
          const before = rowsBefore;
          rowsBefore += batch.records.numRows;
          return derivations.reduce((derived, derivation) => deriveBatch(derived, derivation, badRows, before), batch);
        }),
      );
    });
}
