import { columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';

/**
 * The natural logarithm of a number and 1: counts and amounts that span several powers of ten come close together.
 *
 *   v' = log(1 + v); null where v is null or NaN, or not above -1
 *
 * @param options the new column is named `<column>Log1p` by default
 * @example log1p('distance').names //=> ['distanceLog1p']
 */
export function log1p(column: string, options: NewColumnOptions = {}): Derivation {
  checkOption('log1p: column', column, columnName);
  checkOptions<NewColumnOptions>('log1p', options, { as: columnName });
  const { as = withWord(column, 'log1p') } = options;
  return fromNumbers({
    verb: 'log1p',
    columns: [column],
    reads: 'number',
    as,
    gives: 'number',
    compute([values], out) {
      for (let i = 0; i < out.length; i++) out[i] = values[i] > -1 ? Math.log1p(values[i]) : Number.NaN;
    },
  });
}
