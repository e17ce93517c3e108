import type { Derivation } from './derivation.ts';
import type { NewColumnOptions } from './fromNumbers.ts';
import { ofTwoNumbers } from './ofTwoNumbers.ts';

/**
 * The product of two numbers, in the row.
 *
 *   v = a b; null where a or b is null or NaN, or one is 0 and the other infinite
 *
 * @param options the new column is named `<first>Times<Second>` by default
 * @example product('a', 'b').names //=> ['aTimesB']
 */
export function product(first: string, second: string, options: NewColumnOptions = {}): Derivation {
  return ofTwoNumbers('product', [first, second], 'Times', options, (a, b) => a * b);
}
