import { OptionError } from '../../errors.ts';
import { columnName, number } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownValue } from '../../options/shown.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';

/** The options of `clip`; one of the two bounds is needed. */
export interface ClipOptions extends NewColumnOptions {
  /**
   * What is below becomes this.
   * @default none
   */
  readonly least?: number;
  /**
   * What is above becomes this.
   * @default none
   */
  readonly most?: number;
}

/**
 * A number kept within bounds.
 *
 *   v' = min(most, max(least, v)); null where v is null or NaN
 *
 * @param options the new column is named `<column>Clipped` by default
 * @throws OptionError where there is no bound, or the least is above the most
 * @example clip('income', { least: 0, most: 1e6 }).names //=> ['incomeClipped']
 */
export function clip(column: string, options: ClipOptions): Derivation {
  checkOption('clip: column', column, columnName);
  checkOptions<ClipOptions>('clip', options, { least: number(), most: number(), as: columnName });
  const { least, most, as = withWord(column, 'clipped') } = options;
  if ((least === undefined && most === undefined) || (least ?? -Infinity) > (most ?? Infinity)) {
    throw new OptionError({
      where: 'clip',
      expected: 'least, most or both, and least at most as large as most',
      received: shownValue(options),
    });
  }
  const [low, high] = [least ?? Number.NEGATIVE_INFINITY, most ?? Number.POSITIVE_INFINITY];
  return fromNumbers({
    verb: 'clip',
    columns: [column],
    reads: 'number',
    as,
    gives: 'number',
    options: { ...(least !== undefined && { least }), ...(most !== undefined && { most }) },
    compute([values], out) {
      for (let i = 0; i < out.length; i++) out[i] = Math.min(high, Math.max(low, values[i]));
    },
  });
}
