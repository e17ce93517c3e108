import { DataError } from '../../errors.ts';

/** The error for a feature of which the training rows hold not one value: there is nothing to fit. */
export function noValueError(where: string): DataError {
  return new DataError({
    where,
    expected: 'at least one value in the training rows',
    received: 'nulls only',
    hint: 'Leave the feature out, or read more rows',
  });
}
