import { bound, columnName } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { Category } from '../../source/column/categoryTable.ts';

export interface ClassesOptions {
  /**
   * The classes, numbered from 0 in this order; two at least, all strings, all numbers or all booleans.
   * @default those that the training rows have, in ascending order
   */
  readonly names?: readonly Category[];
}

export interface ClassesTarget {
  readonly kind: 'classes';
  readonly column: string;
  readonly names: readonly Category[] | null;
}

const namesBound = bound<readonly Category[]>('two or more different strings, numbers or booleans', (names) => {
  if (!Array.isArray(names) || names.length < 2 || new Set(names).size < names.length) return false;
  const type = typeof names[0];
  return ['string', 'number', 'boolean'].includes(type) && names.every((name) => typeof name === type);
});

/**
 * A label that is one of several classes: strings, numbers or booleans. A null, and a class that is not among them, is a DataError
 * that names the row.
 *
 * @throws OptionError where `names` are fewer than two, of several types, or not all different
 * @example classes('species', { names: ['Adelie', 'Chinstrap', 'Gentoo'] }).names?.length //=> 3
 */
export function classes(column: string, options: ClassesOptions = {}): ClassesTarget {
  checkOption('classes: column', column, columnName);
  checkOptions<ClassesOptions>('classes', options, { names: namesBound });
  const { names } = options;
  if (names === undefined) return { kind: 'classes', column, names: null };
  return { kind: 'classes', column, names: [...names] };
}
