import type { Derivation } from './derivation.ts';
import type { NewColumnOptions } from './fromNumbers.ts';
import { ofTwoNumbers } from './ofTwoNumbers.ts';

/**
 * A number less another, in the row.
 *
 *   v = a - b; null where a or b is null or NaN, or both are infinite alike
 *
 * @param options the new column is named `<first>Minus<Second>` by default
 * @example difference('a', 'b').names //=> ['aMinusB']
 */
export function difference(first: string, second: string, options: NewColumnOptions = {}): Derivation {
  return ofTwoNumbers('difference', [first, second], 'Minus', options, (a, b) => a - b);
}
