import { either, group, number, oneOf, required } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { type ScalingChoice, scalingBound } from './scaling.ts';

/** What stands in for a value that is null or NaN; see `numeric`. */
export type MissingNumber = 'mean' | 'error' | 'indicator' | Constant;
interface Constant {
  readonly constant: number;
}

export interface NumericOptions {
  /**
   * `standard`: mean 0 and standard deviation 1; `minMax`: from 0 to 1; `none`: as it is. Fitted on the values that are there.
   * A column whose values are all equal becomes 0.
   * @default 'standard'
   */
  readonly scale?: ScalingChoice;
  /**
   * What a null or NaN becomes: the fitted mean; the mean with a second column that is 1 where it was missing, else 0; a constant in the column's own
   * unit; or a DataError.
   * @default 'mean'
   */
  readonly missing?: MissingNumber;
}

export interface NumericFeature {
  readonly kind: 'numeric';
  readonly scale: ScalingChoice;
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
export function numeric(options: NumericOptions = {}): NumericFeature {
  checkOptions<NumericOptions>('numeric', options, {
    scale: scalingBound,
    missing: {
      ...either(oneOf('mean', 'error', 'indicator'), group<Constant>({ constant: required(number()) })),
      expected: "'mean', 'error', 'indicator' or { constant: a finite number }",
    },
  });
  const { scale = 'standard', missing = 'mean' } = options;
  return { kind: 'numeric', scale, missing };
}
