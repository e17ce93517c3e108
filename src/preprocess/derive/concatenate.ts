import { anyText, bound, columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { type NewColumnOptions, withWord } from './fromNumbers.ts';
import { fromTexts } from './fromTexts.ts';

/** The options of `concatenate`. */
export interface ConcatenateOptions extends NewColumnOptions {
  /**
   * What stands between two texts.
   * @default ' '
   */
  readonly separator?: string;
}

const columnsBound = bound<readonly string[]>(
  'a list of the names of two columns or more',
  (columns) => Array.isArray(columns) && columns.length > 1 && columns.every((column) => columnName.holds(column)),
);

/**
 * The texts of several columns one after the other, as one: a category for each combination. Null where one of them is null.
 *
 * @param options the new column is named by all of the columns by default
 * @throws OptionError where there are less than two columns
 * @example concatenate(['origin', 'destination'], { separator: '-' }).names //=> ['originDestination']
 */
export function concatenate(columns: readonly string[], options: ConcatenateOptions = {}): Derivation {
  checkOption('concatenate: columns', columns, columnsBound);
  checkOptions<ConcatenateOptions>('concatenate', options, { separator: anyText, as: columnName });
  const { separator = ' ', as = columns.reduce(withWord) } = options;
  return fromTexts({
    verb: 'concatenate',
    columns: [...columns],
    as,
    options: { separator },
    compute: (texts) => texts.join(separator),
  });
}
