import { columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { type NewColumnOptions, withWord } from './fromNumbers.ts';
import { fromTexts } from './fromTexts.ts';

/**
 * A text in lower case, by the rules of Unicode, the same in every language; null where it is null.
 *
 * @param options the new column is named `<column>Lower` by default
 * @example lower('city').names //=> ['cityLower']
 */
export function lower(column: string, options: NewColumnOptions = {}): Derivation {
  checkOption('lower: column', column, columnName);
  checkOptions<NewColumnOptions>('lower', options, { as: columnName });
  const { as = withWord(column, 'lower') } = options;
  return fromTexts({ verb: 'lower', columns: [column], as, compute: ([text]) => text.toLowerCase() });
}
