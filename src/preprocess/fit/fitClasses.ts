import { DataError, SchemaError } from '../../errors.ts';
import { type CategoryTable, categoryTableOf } from '../../source/column/categoryTable.ts';
import type { ClassesTarget } from '../declare/classes.ts';
import { usedAs } from '../declare/columnUses.ts';
import { badLabel } from '../encode/badValues.ts';
import { noValueError } from '../encode/noValueError.ts';
import { createCategoryCounts } from './categoryCounts.ts';
import type { ColumnFit } from './columnFit.ts';
import { compareCategories } from './compareCategories.ts';
import type { FittedTarget } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';

/** Fits a `classes` target: the classes there are, or checks that all labels are among those named. */
export function fitClasses(target: ClassesTarget): ColumnFit<FittedTarget> {
  return target.names ? checkNamed(target, target.names) : findClasses(target);
}

function findClasses(target: ClassesTarget): ColumnFit<FittedTarget> {
  const where = usedAs('classes', target.column);
  const counts = createCategoryCounts(where);
  return {
    add(data, kind, selected, fail) {
      const missing = counts.add(data, kind, selected, fail);
      if (missing >= 0) fail(badLabel({ ...target, values: undefined }, data, missing));
    },
    finish() {
      if (counts.kind === undefined) throw noValueError(where);
      const values = counts.ranked().map(({ category }) => category);
      if (values.length < 2) {
        throw new DataError({
          where,
          expected: 'two or more classes in the training rows',
          received: `only ${values.join()}`,
          hint: 'Read more rows, or name the classes: classes(column, { names })',
        });
      }
      return { kind: 'classes', column: target.column, type: counts.kind, values: values.sort(compareCategories) };
    },
  };
}

function checkNamed({ kind: task, column }: ClassesTarget, values: readonly (string | number | boolean)[]) {
  const where = usedAs(task, column);
  const memory = createKindMemory(where);
  let table: CategoryTable | undefined;
  let ids = new Int32Array(0);
  const fit: ColumnFit<FittedTarget> = {
    add(data, kind, selected, fail) {
      memory.see(kind);
      const type = typeof values[0];
      if (memory.kind !== undefined && memory.kind !== type) {
        throw new SchemaError({ where, expected: `a column of ${type}s, as the names are`, received: memory.kind });
      }
      table ??= categoryTableOf(type as 'string' | 'number' | 'boolean', values);
      const n = selected ? selected.length : data.length;
      if (ids.length < n) ids = new Int32Array(n);
      table.read(data, selected, ids, false);
      for (let i = 0; i < n; i++) {
        if (ids[i] < 0) fail(badLabel({ kind: task, column, values }, data, selected ? selected[i] : i));
      }
    },
    finish() {
      if (memory.kind === undefined) throw noValueError(where);
      return { kind: 'classes', column, type: memory.kind, values };
    },
  };
  return fit;
}
