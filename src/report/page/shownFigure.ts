import { digits } from '../../format/figures.ts';
import type { Json } from '../../json.ts';

/**
 * A number in so many digits at the most, with an exponent where it would be long.
 *
 * @example shownFigure(2_675_700_000, 4) //=> '2.676e9'
 * @example shownFigure(0.98718, 3) //=> '0.987'
 */
export function shownFigure(value: number, most: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return digits(value, most);
  return value.toExponential(most - 1).replace(/\.?0*e\+?/, 'e');
}

/**
 * A setting in words: `numeric, scale standard, missing mean`.
 *
 * @example shownSetting({ kind: 'numeric', scale: 'standard', clip: null }) //=> 'numeric, scale standard'
 */
export function shownSetting(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value) ?? '-';
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([key, part]) => (key === 'kind' ? shownSetting(part) : `${key} ${shownSetting(part)}`))
    .join(', ');
}
