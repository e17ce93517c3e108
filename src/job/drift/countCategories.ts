import type { Data } from 'apache-arrow';
import { createCategoryCounts } from '../../preprocess/fit/categoryCounts.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import type { Fail } from '../../source/column/rowError.ts';
import type { CategoryDistribution } from './distribution.ts';

/** Categories that are rarer are not told apart: their share is chance. */
const leastShare = 0.01;

/** Learns how categories are distributed. */
export interface CategoryShares {
  /** Takes in the selected rows. */
  add(data: Data, kind: ColumnKind, selected: Uint32Array | undefined, fail: Fail): void;
  finish(): CategoryDistribution;
}

/** @param known the categories that are told apart; by default those of at least a hundredth of the rows */
export function countCategories(where: string, known?: readonly Category[]): CategoryShares {
  const counts = createCategoryCounts(where);
  let rows = 0;
  return {
    add(data, kind, selected, fail) {
      counts.add(data, kind, selected, fail);
      rows += selected ? selected.length : data.length;
    },
    finish() {
      const ranked = counts.ranked();
      const byCategory = new Map(ranked.map(({ category, count }) => [category, count]));
      const present = ranked.reduce((sum, { count }) => sum + count, 0);
      const share = (count: number) => (rows > 0 ? count / rows : 0);
      const often = ranked.filter(({ count }) => share(count) >= leastShare);
      const values = known ?? often.map(({ category }) => category);
      const shares = values.map((category) => share(byCategory.get(category) ?? 0));
      return { kind: 'categories', rows, missing: share(rows - present), values, shares };
    },
  };
}
