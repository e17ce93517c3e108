import { type Data, type Int, Type } from 'apache-arrow';
import { DataError } from '../errors.ts';
import { createCategoryTable } from './categoryTable.ts';
import { columnKind } from './columnKind.ts';
import { viewNumbers } from './readNumbers.ts';
import type { Value } from './resultColumn.ts';

/**
 * A column's values by row: numbers, booleans, strings, milliseconds since 1970 UTC for points in time; null also for NaN.
 * Each different string is decoded once.
 *
 * @throws DataError at an integer beyond 2^53, which float64 cannot tell from its neighbour
 */
export function readValues(data: Data, where: string): (row: number) => Value {
  const kind = columnKind(data.type);
  if (kind === 'string') return readStrings(data);
  const numbers = viewNumbers(data);
  if (kind === 'boolean') {
    return (row) => {
      const value = numbers[row];
      return Number.isNaN(value) ? null : value === 1;
    };
  }
  const isLong = data.type.typeId === Type.Int && (data.type as Int).bitWidth === 64;
  return (row) => {
    const value = numbers[row];
    if (Number.isNaN(value)) return null;
    if (isLong && !Number.isSafeInteger(value)) {
      throw new DataError({
        where: `${where}, row ${row} of its record batch`,
        expected: 'an integer up to 2^53',
        received: `one near ${value}`,
      });
    }
    return value;
  };
}

function readStrings(data: Data): (row: number) => Value {
  const table = createCategoryTable('string');
  const ids = new Int32Array(data.length);
  table.read(data, undefined, ids, true);
  const texts = Array.from({ length: table.size }, (_, id) => table.category(id));
  return (row) => (ids[row] < 0 ? null : texts[ids[row]]);
}
