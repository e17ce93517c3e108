import { type Data, Vector } from 'apache-arrow';
import type { DataError } from '../errors.ts';
import type { Category } from './categoryTable.ts';
import { rowError } from './rowError.ts';

/** A target, declared or fitted. */
interface Labels {
  readonly kind: 'binary' | 'classes' | 'regression';
  readonly column: string;
  readonly values?: readonly Category[];
}

/** The error for a row whose label is missing or not among those allowed. */
export function labelError({ kind, column, values }: Labels, data: Data, row: number, rowsBefore: number): DataError {
  const value: unknown = new Vector([data]).get(row);
  const expected = {
    binary: '0 or 1, false or true',
    classes: values ? `one of ${values.slice(0, 20).join(', ')}` : 'a string, a boolean, or a number that is exact',
    regression: 'a number that float32 can hold',
  };
  return rowError({
    where: `${kind} ${column}`,
    row: rowsBefore + row,
    expected: expected[kind],
    received: typeof value === 'string' ? JSON.stringify(value) : String(value),
    hint: 'Leave rows without a valid label out of the source, or derive the label so that each row has one',
  });
}
