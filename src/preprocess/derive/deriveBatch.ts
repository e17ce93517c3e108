import type { RecordBatch } from 'apache-arrow';
import { DataError, MillraceError } from '../../errors.ts';
import { shownNames } from '../../options/shown.ts';
import { thrown } from '../../source/column/answers.ts';
import { createRefusals } from '../../source/column/refusals.ts';
import { failAt, type Refuse } from '../../source/column/rowError.ts';
import type { Batch } from '../../source/types.ts';
import type { Derivation } from './derivation.ts';

/**
 * The record batch with the columns of a derivation added.
 *
 * @param badRows what becomes of a row for which there is no result: the error, or a place in `refused`
 * @param rowsBefore rows of the stream before it
 */
export function deriveBatch(
  batch: Batch,
  derivation: Derivation,
  badRows: 'throw' | 'return',
  rowsBefore: number,
): Batch {
  if (badRows === 'throw') return { ...batch, records: apply(batch, derivation, failAt(batch, rowsBefore)) };
  const refusals = createRefusals(rowsBefore);
  const derived = { ...batch, records: apply(batch, derivation, refusals.refuse) };
  return refusals.count === 0 ? derived : refusals.leaveOut(derived);
}

/** A derivation of the user's own may fail without saying where. */
function apply({ records, selected, origin }: Batch, derivation: Derivation, refuse: Refuse): RecordBatch {
  try {
    return derivation.apply(records, selected, refuse);
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause;
    const place = origin ? `${origin.file}, rows from ${origin.row(0)} on` : 'a record batch';
    throw new DataError({
      where: `derivation of ${shownNames(derivation.names)}: ${place}`,
      expected: 'a record batch with its columns',
      received: thrown(cause),
      cause,
    });
  }
}
