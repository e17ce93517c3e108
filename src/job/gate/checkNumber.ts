import { OptionError } from '../../errors.ts';

/** @throws OptionError where it is not a finite number of at least `least` */
export function checkNumber(where: string, value: number, least = Number.NEGATIVE_INFINITY): void {
  if (Number.isFinite(value) && value >= least) return;
  const expected = least > Number.NEGATIVE_INFINITY ? `a finite number of at least ${least}` : 'a finite number';
  throw new OptionError({ where, expected, received: `${value}` });
}
