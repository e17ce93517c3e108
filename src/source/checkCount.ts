import { OptionError } from '../errors.ts';

/**
 * @param where the function and the option
 * @throws OptionError where the count is not an integer of at least `least`
 */
export function checkCount(where: string, count: number, least = 1): void {
  if (Number.isSafeInteger(count) && count >= least) return;
  throw new OptionError({ where, expected: `an integer of at least ${least}`, received: `${count}` });
}
