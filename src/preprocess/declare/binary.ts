import { bound, columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Category } from '../../source/column/categoryTable.ts';

/** The options of `binary`. */
export interface BinaryOptions {
  /**
   * The value that means yes, as it stands in the column: a string, a finite number or a boolean. All other rows must have one other value.
   * @default 1, or true
   */
  readonly positive?: Category;
}

export interface BinaryTarget {
  readonly kind: 'binary';
  readonly column: string;
  /** Absent where labels are 0 and 1, or false and true. */
  readonly positive?: Category;
}

const positiveBound = bound<Category>(
  'a string, a finite number, true or false',
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
);

/**
 * A label with two values, one of which means yes: 1 and 0, true and false, or `positive` and one other, of strings, numbers or booleans.
 * Anything else, also null and a third value, is a DataError that names the row.
 *
 * @throws OptionError where it is no name of a column, or `positive` is no single value
 * @example binary('late').kind //=> 'binary'
 * @example binary('churned', { positive: 'yes' }).positive //=> 'yes'
 */
export function binary(column: string, options: BinaryOptions = {}): BinaryTarget {
  checkOption('binary: column', column, columnName);
  checkOptions<BinaryOptions>('binary', options, { positive: positiveBound });
  const { positive } = options;
  return { kind: 'binary', column, ...(positive !== undefined && { positive }) };
}
