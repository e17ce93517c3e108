import { DataError, SchemaError } from '../../errors.ts';
import { shownValue } from '../../options/shown.ts';
import { type Category, type CategoryTable, categoryTableOf } from '../../source/column/categoryTable.ts';
import type { BinaryTarget } from '../declare/binary.ts';
import { usedAs } from '../declare/columnUses.ts';
import { badLabel } from '../encode/badValues.ts';
import type { ColumnFit } from './columnFit.ts';
import type { FittedTarget } from './fitted.ts';
import { createKindMemory } from './kindMemory.ts';

/** Fits a label of which one value means yes: finds the other one, and refuses a third. */
export function fitPositive({ column }: BinaryTarget, positive: Category): ColumnFit<FittedTarget> {
  const where = usedAs('binary', column);
  const memory = createKindMemory(where);
  let table: CategoryTable | undefined;
  let ids = new Int32Array(0);
  let hasPositive = false;
  return {
    add(data, kind, selected, fail) {
      memory.see(kind);
      const type = typeof positive;
      if (memory.kind !== undefined && memory.kind !== type) {
        throw new SchemaError({
          where,
          expected: `a column of ${type}s, as ${shownValue(positive)} is one`,
          received: memory.kind,
          hint: 'Give positive as it stands in the column',
        });
      }
      table ??= categoryTableOf(type as 'string' | 'number' | 'boolean', [positive]);
      const n = selected ? selected.length : data.length;
      if (ids.length < n) ids = new Int32Array(n);
      table.read(data, selected, ids, true);
      const values = () => [1, 0].flatMap((id) => (id < table!.size ? [table!.category(id)] : []));
      for (let i = 0; i < n; i++) {
        hasPositive ||= ids[i] === 0;
        if (ids[i] >= 0 && ids[i] < 2) continue;
        fail(badLabel({ kind: 'binary', column, values: values() }, data, selected ? selected[i] : i));
      }
    },
    finish() {
      const { kind } = memory;
      if (table && hasPositive && table.size > 1 && kind !== undefined) {
        return { kind: 'binary', column, type: kind, positive, negative: table.category(1) };
      }
      const others = table && table.size > 1 ? `only ${shownValue(table.category(1))}` : 'none';
      throw new DataError({
        where,
        expected: `rows with ${shownValue(positive)} and rows with one other value`,
        received: hasPositive ? `only ${shownValue(positive)}` : others,
        hint: hasPositive ? 'Read rows of both kinds' : 'Give positive as it stands in the column',
      });
    },
  };
}
