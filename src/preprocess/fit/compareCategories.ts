import type { Category } from '../../source/column/categoryTable.ts';

/** Ascending: numbers by size, strings by their UTF-16 code units, false before true. The same on every machine. */
export function compareCategories(a: Category, b: Category): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
