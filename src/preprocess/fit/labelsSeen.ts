import type { Category } from '../../source/column/categoryTable.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { failAt } from '../../source/column/rowError.ts';
import type { Batch } from '../../source/types.ts';
import { targetUse } from '../declare/columnUses.ts';
import type { Target } from '../declare/target.ts';
import { type CategoryCounts, createCategoryCounts } from './categoryCounts.ts';
import { compareCategories } from './compareCategories.ts';

/** Tells which classes there are among some rows. */
export interface LabelsSeen {
  /** Takes in the selected rows of a record batch that has the target's column. */
  add(batch: Batch): void;
  /** Ascending; none for a regression. */
  classes(): Category[];
}

/** Looks no further once there is a row of each class that there can be. */
export function createLabelsSeen(target: Target): LabelsSeen {
  const use = targetUse(target);
  const most = target.kind === 'binary' ? 2 : target.kind === 'classes' ? (target.names?.length ?? Infinity) : 0;
  const counts: CategoryCounts = createCategoryCounts(use.where);
  let isOver = most === 0;
  return {
    add(batch) {
      if (isOver) return;
      const { records, selected } = batch;
      const { index, kind } = findColumn(records.schema, use);
      counts.add(columnData(records, index), kind, selected, failAt(batch, 0));
      isOver = most < Infinity && counts.ranked().length >= most;
    },
    classes: () =>
      counts
        .ranked()
        .map(({ category }) => category)
        .sort(compareCategories),
  };
}
