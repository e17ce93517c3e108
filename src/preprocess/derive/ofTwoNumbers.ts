import { columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Derivation } from './derivation.ts';
import { fromNumbers, type NewColumnOptions, withWord } from './fromNumbers.ts';

/**
 * Makes the derivations that compute a number from two.
 *
 * @param verb what the function is called by the user
 * @param word stands between the names of the columns in that of the new one
 * @param compute the number of a row; NaN for null
 * @example ofTwoNumbers('sum', ['a', 'b'], 'Plus', {}, (a, b) => a + b).names //=> ['aPlusB']
 */
export function ofTwoNumbers(
  verb: string,
  columns: readonly [string, string],
  word: string,
  options: NewColumnOptions,
  compute: (a: number, b: number) => number,
): Derivation {
  for (const [i, column] of columns.entries()) {
    checkOption(`${verb}: ${i === 0 ? 'first' : 'second'}`, column, columnName);
  }
  checkOptions<NewColumnOptions>(verb, options, { as: columnName });
  const { as = withWord(columns[0] + word, columns[1]) } = options;
  return fromNumbers({
    verb,
    columns,
    reads: 'number',
    as,
    gives: 'number',
    compute([a, b], out) {
      for (let i = 0; i < out.length; i++) out[i] = compute(a[i], b[i]);
    },
  });
}
