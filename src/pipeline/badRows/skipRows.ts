import { type BadRowLimit, type BadRowPolicy, checkMaxShare } from './badRowPolicy.ts';

/**
 * Leaves out rows that cannot be used, and counts them: those that cannot be read, have no valid label, or hold a value that a
 * feature does not allow.
 *
 * @throws OptionError where `maxShare` is out of bounds
 * @example skipRows({ maxShare: 0.05 }).maxShare //=> 0.05
 */
export function skipRows({ maxShare = 0.01 }: BadRowLimit = {}): BadRowPolicy {
  checkMaxShare('skipRows', maxShare);
  return { kind: 'skipRows', maxShare, path: null };
}
