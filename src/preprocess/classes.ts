import { OptionError } from '../errors.ts';
import type { Category } from './categoryTable.ts';

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

/**
 * A label that is one of several classes: strings, numbers or booleans. A null, and a class that is not among them, is a DataError
 * that names the row.
 *
 * @throws OptionError where `names` are fewer than two, of several types, or not all different
 * @example classes('species', { names: ['Adelie', 'Chinstrap', 'Gentoo'] }).names?.length //=> 3
 */
export function classes(column: string, { names }: ClassesOptions = {}): ClassesTarget {
  if (names === undefined) return { kind: 'classes', column, names: null };
  const distinct = new Set(names);
  const types = new Set(names.map((name) => typeof name));
  const [type] = types;
  if (
    distinct.size < 2 ||
    distinct.size < names.length ||
    types.size > 1 ||
    !['string', 'number', 'boolean'].includes(type)
  ) {
    throw new OptionError({
      where: 'classes: names',
      expected: 'two or more different strings, numbers or booleans',
      received: JSON.stringify(names),
    });
  }
  return { kind: 'classes', column, names: [...names] };
}
