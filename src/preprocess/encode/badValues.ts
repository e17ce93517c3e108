import type { Data } from 'apache-arrow';
import { shownValue } from '../../options/shown.ts';
import type { Category } from '../../source/column/categoryTable.ts';
import { columnKind } from '../../source/column/columnKind.ts';
import { plainValue } from '../../source/column/plainValue.ts';
import type { BadValue } from '../../source/column/rowError.ts';
import { usedAs } from '../declare/columnUses.ts';
import { namesHint } from '../declare/namesHint.ts';
import { compareCategories } from '../fit/compareCategories.ts';

/** A value that is missing where none may. */
export function missingValue(where: string, row: number): BadValue {
  const hint = 'Declare what stands in for it with the option missing';
  return { where, row, expected: 'a value', received: 'null or NaN', hint };
}

/** A number that is infinite, or too large once scaled. */
export function largeValue(where: string, row: number, value: number): BadValue {
  const hint = 'Leave such rows out, or derive a column that is null there';
  return { where, row, expected: 'a number that float32 can hold once scaled', received: `${value}`, hint };
}

/** A number that is no category: float64 cannot tell it from its neighbour. */
export function inexactValue(where: string, row: number): BadValue {
  const expected = 'integers up to 2^53, or fractions, as categories';
  return { where, row, expected, received: 'an infinity or a larger integer', hint: 'Derive a string from it' };
}

/** A weight that is missing, negative or infinite. */
export function badWeight(column: string, row: number, weight: number): BadValue {
  return {
    where: usedAs('weight', column),
    row,
    expected: 'a finite number of at least 0',
    received: Number.isNaN(weight) ? 'null or NaN' : `${weight}`,
    hint: 'Derive a column that has a weight in every row; 0 leaves a row out',
  };
}

/** A list of another size. */
export function wrongSize(where: string, row: number, size: number, count: number): BadValue {
  return { where, row, expected: `a list of ${size} numbers`, received: `one of ${count}` };
}

/** A target, declared or fitted. */
export interface Labels {
  readonly kind: 'binary' | 'classes' | 'regression';
  readonly column: string;
  readonly values?: readonly Category[];
}

/** A label that is missing or not among those allowed. */
export function badLabel({ kind, column, values }: Labels, data: Data, row: number): BadValue {
  const value = plainValue(data, row) as Category;
  // A class of its own, and not the lack of one.
  const isClass = kind === 'classes' && values !== undefined && typeof value === typeof values[0];
  const expected = {
    binary: values ? values.map((each) => shownValue(each)).join(' or ') : '0 or 1, false or true',
    classes: values ? `one of ${values.slice(0, 20).join(', ')}` : 'a string, a boolean, or a number that is exact',
    regression: 'a number that float32 can hold',
  };
  return {
    where: usedAs(kind, column),
    row,
    expected: expected[kind],
    received: columnKind(data.type) === 'string' && value !== null ? JSON.stringify(value) : `${value}`,
    hint: isClass
      ? `${namesHint(column, [...values, value].sort(compareCategories))} and train anew, or leave such rows out of the source`
      : 'Leave rows without a valid label out of the source, or derive the label so that each row has one',
  };
}
