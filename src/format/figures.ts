/**
 * A whole number with its thousands apart.
 *
 * @example count(2_851_203) //=> '2,851,203'
 */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/**
 * A number in so many digits at the most, without zeros at its end.
 *
 * @example digits(0.703120, 5) //=> '0.70312'
 * @example digits(1 / 3, 2) //=> '0.33'
 */
export function digits(value: number, most: number): string {
  return String(Number(value.toPrecision(most)));
}

/**
 * A number in three or four digits, which fits a column: large ones in thousands and millions.
 *
 * @example shortNumber(2_853_000) //=> '2.85M'
 * @example shortNumber(0.51234567) //=> '0.5123'
 */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${(value / 1e6).toPrecision(3)}M`;
  if (size >= 9_999.5) return `${Math.round(value / 1e3)}k`;
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

/**
 * A number of any size in two digits.
 *
 * @example figure(0.2719) //=> '0.27'
 * @example figure(5e-7) //=> '5.0e-7'
 */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e4)) return digits(value, 2);
  return value.toExponential(1).replace('e+', 'e');
}
