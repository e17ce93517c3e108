import { OptionError } from '../errors.ts';

/** What stands in for a value that is null or NaN; see `numeric`. */
export type MissingNumber = 'mean' | 'error' | 'indicator' | { readonly constant: number };

export interface NumericOptions {
  /**
   * `standard`: mean 0 and standard deviation 1; `minMax`: from 0 to 1; `none`: as it is. Fitted on the values that are there.
   * A column whose values are all equal becomes 0.
   * @default 'standard'
   */
  readonly scale?: 'standard' | 'minMax' | 'none';
  /**
   * What a null or NaN becomes: the fitted mean; the mean with a second column that is 1 where it was missing, else 0; a constant in the column's own
   * unit; or a DataError.
   * @default 'mean'
   */
  readonly missing?: MissingNumber;
}

export interface NumericFeature {
  readonly kind: 'numeric';
  readonly scale: 'standard' | 'minMax' | 'none';
  readonly missing: MissingNumber;
}

/**
 * A column of numbers, or of booleans as 0 and 1. Infinities, and numbers that float32 cannot hold, are a DataError.
 *
 *   x = (v - mean) / deviation,  (v - min) / (max - min),  or v
 *
 * @throws OptionError where `scale` or `missing` is none of those named
 * @example numeric().scale //=> 'standard'
 */
export function numeric({ scale = 'standard', missing = 'mean' }: NumericOptions = {}): NumericFeature {
  if (!['standard', 'minMax', 'none'].includes(scale)) {
    throw new OptionError({
      where: 'numeric: scale',
      expected: "'standard', 'minMax' or 'none'",
      received: JSON.stringify(scale),
    });
  }
  const constant = typeof missing === 'object' && missing !== null && Number.isFinite(missing.constant);
  if (!constant && !['mean', 'error', 'indicator'].includes(missing as string)) {
    throw new OptionError({
      where: 'numeric: missing',
      expected: "'mean', 'error', 'indicator' or { constant: a finite number }",
      received: JSON.stringify(missing),
    });
  }
  return { kind: 'numeric', scale, missing };
}
