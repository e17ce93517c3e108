import { checkOptions } from '../../options/checkOptions.ts';
import { type BadRowLimit, type BadRowPolicy, limitFields } from './badRowPolicy.ts';

/**
 * Leaves out rows that cannot be used, and counts them: those that cannot be read, have no valid label, or hold a value that a
 * feature does not allow.
 *
 * @throws OptionError where `maxShare` is out of bounds
 * @example skipRows({ maxShare: 0.05 }).maxShare //=> 0.05
 */
export function skipRows(options: BadRowLimit = {}): BadRowPolicy {
  checkOptions('skipRows', options, limitFields);
  const { maxShare = 0.01 } = options;
  return { kind: 'skipRows', maxShare, path: null };
}
