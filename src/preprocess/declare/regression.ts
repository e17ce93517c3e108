import { columnName, oneOf } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';

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
export function regression(column: string, options: RegressionOptions = {}): RegressionTarget {
  checkOption('regression: column', column, columnName);
  checkOptions<RegressionOptions>('regression', options, { scale: oneOf('standard', 'none') });
  const { scale = 'standard' } = options;
  return { kind: 'regression', column, scale };
}
