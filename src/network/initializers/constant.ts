import { number } from '../../options/bounds.ts';
import { checkOption } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

/**
 * The same value everywhere.
 *
 * @param value any finite number
 * @throws OptionError where `value` is not finite
 * @example constant(0.1).name //=> 'constant(0.1)'
 */
export function constant(value: number): Initializer {
  checkOption('constant: value', value, number());
  return { name: `constant(${value})`, fill: (w) => void w.fill(value) };
}
