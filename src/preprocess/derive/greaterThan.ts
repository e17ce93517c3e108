import { columnName, number } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';

/**
 * Whether a number is above a limit.
 *
 *   v' = v > limit; null where v is null or NaN
 *
 * @param limit a finite number
 * @param options the new column is named `<column>Above` by default
 * @throws OptionError where the limit is not a finite number
 * @example greaterThan('delay', 15, { as: 'late' }).names //=> ['late']
 */
export function greaterThan(column: string, limit: number, options: NewColumnOptions = {}): Derivation {
  checkOption('greaterThan: column', column, columnName);
  checkOption('greaterThan: limit', limit, number());
  checkOptions<NewColumnOptions>('greaterThan', options, { as: columnName });
  const { as = withWord(column, 'above') } = options;
  return fromNumbers({
    verb: 'greaterThan',
    columns: [column],
    reads: 'number',
    as,
    gives: 'boolean',
    options: { limit },
    compute([values], out) {
      for (let i = 0; i < out.length; i++) out[i] = Number.isNaN(values[i]) ? Number.NaN : +(values[i] > limit);
    },
  });
}
