import type { Derivation } from './derivation.ts';
import type { NewColumnOptions } from './fromNumbers.ts';
import { ofTwoNumbers } from './ofTwoNumbers.ts';

/**
 * A number divided by another, in the row.
 *
 *   v = a / b; null where a or b is null or NaN, and where b is 0
 *
 * @param options the new column is named `<first>Per<Second>` by default
 * @example ratio('a', 'b').names //=> ['aPerB']
 */
export function ratio(first: string, second: string, options: NewColumnOptions = {}): Derivation {
  return ofTwoNumbers('ratio', [first, second], 'Per', options, (a, b) => (b === 0 ? Number.NaN : a / b));
}
