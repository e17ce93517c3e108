import type { Data } from 'apache-arrow';
import { type Category, type CategoryTable, createCategoryTable, INEXACT } from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import type { Fail } from '../../source/column/rowError.ts';
import { inexactValue } from '../encode/badValues.ts';
import { compareCategories } from './compareCategories.ts';
import { createKindMemory } from './kindMemory.ts';

/** How often each category of a column occurs. */
export interface CategoryCounts {
  /** Undefined until a record batch had a type. */
  readonly kind: ColumnKind | undefined;
  /** @returns the first selected row that is missing, or -1 */
  add(data: Data, kind: ColumnKind, selected: Uint32Array | undefined, fail: Fail): number;
  /** The most frequent first, equally frequent ones ascending. */
  ranked(): { readonly category: Category; readonly count: number }[];
}

export function createCategoryCounts(where: string): CategoryCounts {
  const memory = createKindMemory(where);
  let table: CategoryTable | undefined;
  let counts = new Float64Array(64);
  let ids = new Int32Array(0);
  return {
    get kind() {
      return memory.kind;
    },
    add(data, kind, selected, fail) {
      memory.see(kind);
      const n = selected ? selected.length : data.length;
      if (memory.kind === undefined) return n > 0 ? (selected ? selected[0] : 0) : -1;
      table ??= createCategoryTable(memory.kind);
      if (ids.length < n) ids = new Int32Array(n);
      table.read(data, selected, ids, true);
      if (table.size > counts.length) {
        const larger = new Float64Array(2 * table.size);
        larger.set(counts);
        counts = larger;
      }
      let missing = -1;
      for (let i = countIds(ids, n, counts); i < n; i++) {
        const id = ids[i];
        if (id >= 0) counts[id]++;
        else if (id === INEXACT) fail(inexactValue(where, selected ? selected[i] : i));
        else if (missing < 0) missing = selected ? selected[i] : i;
      }
      return missing;
    },
    ranked() {
      // Bytes that are no UTF-8 can decode to a text that another category has.
      const byCategory = new Map<Category, number>();
      for (let id = 0; id < (table?.size ?? 0); id++) {
        const category = (table as CategoryTable).category(id);
        if (counts[id] > 0) byCategory.set(category, (byCategory.get(category) ?? 0) + counts[id]);
      }
      return [...byCategory]
        .map(([category, count]) => ({ category, count }))
        .sort((a, b) => b.count - a.count || compareCategories(a.category, b.category));
    },
  };
}

/** Counts up to the first that is no category. */
function countIds(ids: Int32Array, n: number, counts: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const id = ids[i];
    if (id < 0) return i;
    counts[id]++;
  }
  return n;
}
