import { OptionError } from '../errors.ts';

export interface RegressionOptions {
  /**
   * `standard`: the network learns (v - mean) / deviation, fitted on the training rows; metrics and predictions are turned back
   * into the column's unit. `none`: the number as it is.
   * @default 'standard'
   */
  readonly scale?: 'standard' | 'none';
}

export interface RegressionTarget {
  readonly kind: 'regression';
  readonly column: string;
  readonly scale: 'standard' | 'none';
}

/**
 * A label that is a number. A null, a NaN and an infinity are a DataError that names the row.
 *
 * @throws OptionError where `scale` is none of those named
 * @example regression('mpg').scale //=> 'standard'
 */
export function regression(column: string, { scale = 'standard' }: RegressionOptions = {}): RegressionTarget {
  if (scale !== 'standard' && scale !== 'none') {
    throw new OptionError({
      where: 'regression: scale',
      expected: "'standard' or 'none'",
      received: JSON.stringify(scale),
    });
  }
  return { kind: 'regression', column, scale };
}
