import type { Data } from 'apache-arrow';
import { defer, map, type OperatorFunction } from 'rxjs';
import { checkOptions } from '../../options/checkOptions.ts';
import {
  type Category,
  type CategoryTable,
  categoryTableOf,
  createCategoryTable,
  INEXACT,
  MISSING,
} from '../../source/column/categoryTable.ts';
import type { ColumnKind } from '../../source/column/columnKind.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { createRefusals } from '../../source/column/refusals.ts';
import type { Refuse } from '../../source/column/rowError.ts';
import type { Batch } from '../../source/types.ts';
import type { BinaryTarget } from '../declare/binary.ts';
import type { ClassesTarget } from '../declare/classes.ts';
import { columnUse, targetUse, usedAs } from '../declare/columnUses.ts';
import type { EmbeddingFeature } from '../declare/embedding.ts';
import type { Feature } from '../declare/feature.ts';
import type { NumericFeature } from '../declare/numeric.ts';
import type { OneHotFeature } from '../declare/oneHot.ts';
import type { Target } from '../declare/target.ts';
import type { VectorFeature } from '../declare/vector.ts';
import { type FitterOptions, fitterFields } from '../fit/fitter.ts';
import { badLabel, badWeight, inexactValue, largeValue, missingValue, wrongSize } from './badValues.ts';
import { NULL, readVectors, WRONG_SIZE } from './readVectors.ts';

/** The rows of a record batch that are meant. */
interface Meant {
  readonly n: number;
  readonly selected: Uint32Array | undefined;
  readonly refuse: Refuse;
}

/** Looks through a column for values that its declared use does not allow. */
type ColumnCheck = (data: Data, kind: ColumnKind, meant: Meant) => void;

const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * Leaves out the rows that hold a value which its declared use does not allow, and puts them into `refused`. For fitting, which refuses
 * the first of them: a row that is not trained on shall not count in a mean, whichever column it is bad in. What only the
 * fitted preprocessing can tell, such as a class that training does not have, `encode` finds.
 *
 * @throws SchemaError where a column is not there, or of a kind that its use does not take
 * @example batches$.pipe(checkRows({ features, target }))
 */
export function checkRows(options: FitterOptions): OperatorFunction<Batch, Batch> {
  checkOptions('checkRows', options, fitterFields);
  const { features, target, weight } = options;
  return (batches$) =>
    defer(() => {
      const checks = [
        ...Object.entries(features).map(([name, feature]) => ({
          use: columnUse(feature.kind, name),
          check: checkFeature(usedAs(feature.kind, name), feature),
        })),
        { use: targetUse(target), check: checkTarget(target) },
        ...(weight === undefined ? [] : [{ use: columnUse('weight', weight), check: checkWeight(weight) }]),
      ];
      let rowsBefore = 0;
      return batches$.pipe(
        map((batch) => {
          const { records, selected } = batch;
          const refusals = createRefusals(rowsBefore);
          rowsBefore += records.numRows;
          const meant = { n: selected?.length ?? records.numRows, selected, refuse: refusals.refuse };
          for (const { use, check } of checks) {
            const { index, kind } = findColumn(records.schema, use);
            check(columnData(records, index), kind, meant);
          }
          return refusals.count === 0 ? batch : refusals.leaveOut(batch);
        }),
      );
    });
}

function checkFeature(where: string, feature: Feature): ColumnCheck {
  if (feature.kind === 'numeric') return checkNumbers(where, feature);
  if (feature.kind === 'vector') return checkVectors(where, feature);
  return checkCategories(where, feature);
}

function checkNumbers(where: string, { scale, missing }: NumericFeature): ColumnCheck {
  // Scaled numbers of the training rows are small, whatever they were.
  const most = scale === 'none' ? FLOAT32_MAX : Number.MAX_VALUE;
  return numberCheck((value, row, refuse) => {
    if (Math.abs(value) > most) refuse(largeValue(where, row, value));
    else if (missing === 'error' && Number.isNaN(value)) refuse(missingValue(where, row));
  });
}

function checkTarget(target: Target): ColumnCheck {
  if (target.kind === 'classes') return checkClasses(target);
  if (target.kind === 'binary' && target.positive !== undefined) return checkPositive(target, target.positive);
  if (target.kind === 'binary') {
    return numberCheck((value, row, refuse, data) => {
      if (value !== 0 && value !== 1) refuse(badLabel(target, data, row));
    });
  }
  const most = target.scale === 'none' ? FLOAT32_MAX : Number.MAX_VALUE;
  return numberCheck((value, row, refuse, data) => {
    if (!(Math.abs(value) <= most)) refuse(badLabel(target, data, row));
  });
}

function checkWeight(column: string): ColumnCheck {
  return numberCheck((value, row, refuse) => {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) refuse(badWeight(column, row, value));
  });
}

function numberCheck(check: (value: number, row: number, refuse: Refuse, data: Data) => void): ColumnCheck {
  let scratch = new Float64Array(0);
  return (data, _, { n, selected, refuse }) => {
    if (scratch.length < data.length) scratch = new Float64Array(data.length);
    const numbers = viewNumbers(data, scratch);
    for (let i = 0; i < n; i++) {
      const row = selected ? selected[i] : i;
      check(numbers[row], row, refuse, data);
    }
  };
}

function checkVectors(where: string, { size, scale, missing }: VectorFeature): ColumnCheck {
  const most = scale === 'none' ? FLOAT32_MAX : Number.MAX_VALUE;
  return (data, _, { n, selected, refuse }) => {
    const { numbers, startOf, sizeOf } = readVectors(data, size, where);
    for (let i = 0; i < n; i++) {
      const row = selected ? selected[i] : i;
      const start = startOf(row);
      if (start === WRONG_SIZE) refuse(wrongSize(where, row, size, sizeOf(row)));
      if (start === NULL && missing === 'error') refuse(missingValue(where, row));
      if (start < 0) continue;
      for (let k = start; k < start + size; k++) {
        if (Math.abs(numbers[k]) > most) refuse(largeValue(where, row, numbers[k]));
        else if (missing === 'error' && Number.isNaN(numbers[k])) refuse(missingValue(where, row));
      }
    }
  };
}

function checkCategories(where: string, { missing }: OneHotFeature | EmbeddingFeature): ColumnCheck {
  const check = categoryCheck(
    (kind) => createCategoryTable(kind),
    (id, row, refuse) => {
      if (id === INEXACT) refuse(inexactValue(where, row));
      else if (id === MISSING && missing === 'error') refuse(missingValue(where, row));
    },
  );
  // Any text is a category.
  return (data, kind, meant) => {
    if (kind !== 'string' || missing === 'error') check(data, kind, meant);
  };
}

function checkClasses({ kind: task, column, names }: ClassesTarget): ColumnCheck {
  const labels = { kind: task, column, ...(names && { values: names }) };
  return categoryCheck(
    (kind) => (names ? categoryTableOf(kind, names) : createCategoryTable(kind)),
    (id, row, refuse, data) => {
      if (id === MISSING || id === INEXACT || (names && id < 0)) refuse(badLabel(labels, data, row));
    },
  );
}

/** The first other value is the other label, as fitting takes it; a third one is refused. */
function checkPositive({ kind: task, column }: BinaryTarget, positive: Category): ColumnCheck {
  let table: CategoryTable | undefined;
  let ids = new Int32Array(0);
  return (data, kind, { n, selected, refuse }) => {
    table ??= categoryTableOf(kind, [positive]);
    if (ids.length < n) ids = new Int32Array(n);
    table.read(data, selected, ids, true);
    const values = table.size > 1 ? [table.category(1), positive] : [positive];
    for (let i = 0; i < n; i++) {
      if (ids[i] === 0 || ids[i] === 1) continue;
      refuse(badLabel({ kind: task, column, values }, data, selected ? selected[i] : i));
    }
  };
}

/** Looks at the numbers of the categories that a table knows. */
function categoryCheck(
  makeTable: (kind: ColumnKind) => CategoryTable,
  check: (id: number, row: number, refuse: Refuse, data: Data) => void,
): ColumnCheck {
  let table: { readonly kind: ColumnKind; readonly read: CategoryTable['read'] } | undefined;
  let ids = new Int32Array(0);
  return (data, kind, { n, selected, refuse }) => {
    if (table?.kind !== kind) table = { kind, read: makeTable(kind).read };
    if (ids.length < n) ids = new Int32Array(n);
    table.read(data, selected, ids, false);
    for (let i = 0; i < n; i++) check(ids[i], selected ? selected[i] : i, refuse, data);
  };
}
