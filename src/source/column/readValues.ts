import { type Data, Type } from 'apache-arrow';
import { DataError } from '../../errors.ts';
import { createCategoryTable } from './categoryTable.ts';
import { columnKind } from './columnKind.ts';
import { viewNumbers } from './readNumbers.ts';
import { createScratch } from './scratch.ts';

/** A value of a row, as the functions of `derive` and `filterRows` get it, and `derive` gives it. */
export type Value = number | boolean | string | null;

/** The kinds of columns that have such values. */
export const valueKinds = ['number', 'boolean', 'string', 'timestamp'] as const;

/** A column by its rows. */
export interface ColumnValues {
  /** A number, a boolean, a string, or milliseconds since 1970 UTC for a point in time; null also for NaN. */
  value(row: number): Value;
  /** All of them, NaN where null, where the column is one of integers. */
  readonly integers?: Float64Array;
}

/**
 * Reads a column. Each different string is decoded once.
 *
 * @param read gives a column's numbers, which stay as they are for as long as the column is used
 * @throws DataError at an integer beyond 2^53, which float64 cannot tell from its neighbour, when its row is read
 */
export function readValues(data: Data, where: string, read: (data: Data) => Float64Array): ColumnValues {
  const kind = columnKind(data.type);
  if (kind === 'string') return { value: readStrings(data) };
  const numbers = read(data);
  if (kind === 'boolean') {
    return {
      value(row) {
        const value = numbers[row];
        return Number.isNaN(value) ? null : value === 1;
      },
    };
  }
  if (data.type.typeId !== Type.Int) return { value: (row) => (Number.isNaN(numbers[row]) ? null : numbers[row]) };
  return {
    integers: numbers,
    value(row) {
      const value = numbers[row];
      if (Number.isNaN(value)) return null;
      if (Number.isSafeInteger(value)) return value;
      throw new DataError({
        where: `${where}, row ${row} of its record batch`,
        expected: 'an integer up to 2^53',
        received: `one near ${value}`,
      });
    },
  };
}

function readStrings(data: Data): (row: number) => Value {
  const table = createCategoryTable('string');
  const ids = new Int32Array(data.length);
  table.read(data, undefined, ids, true);
  const texts = Array.from({ length: table.size }, (_, id) => table.category(id));
  return (row) => (ids[row] < 0 ? null : texts[ids[row]]);
}

/** Reads one column of a stream: what it gives is borrowed, valid until the next record batch. */
export function numberReader(): (data: Data) => Float64Array {
  const scratch = createScratch();
  return (data) => viewNumbers(data, scratch(data.length));
}
