import {
  type Bool,
  type Data,
  type DataType,
  type Dictionary,
  type Float64,
  makeData,
  Null,
  vectorFromArray,
} from 'apache-arrow';
import { DataError } from '../../errors.ts';
import { shownValue } from '../../options/shown.ts';
import { hintOfAnswer } from '../../source/column/answers.ts';
import type { Value } from '../../source/column/readValues.ts';
import { numberColumn } from '../encode/numberColumn.ts';

/** What a derived column holds. */
export type DerivedType = 'number' | 'boolean' | 'string';

/** Collects the results of a function into a column; rows that are not set have no meaning. */
export interface ResultColumn {
  set(row: number, value: Value): void;
  finish(): Data;
}

export interface ResultColumnOptions {
  /** Who gives the results, for errors: `derive late`. */
  readonly where: string;
  /** Where results are kept meanwhile, one a row: numbers, booleans as 0 and 1, strings by their place in a dictionary, NaN for null. */
  readonly numbers: Float64Array;
  /** What the results must be; that of the first one when undefined. */
  readonly type: DerivedType | undefined;
  readonly types: Readonly<Record<DerivedType, DataType>>;
}

/** Without any result the column has the type null. */
export function createResultColumn({ where, numbers, type, types }: ResultColumnOptions): ResultColumn {
  let found = type;
  const { length } = numbers;
  let nullCount = 0;
  const dictionary = new Map<string, number>();
  return {
    set(row, value) {
      // The common cases first.
      if (found === 'number' && typeof value === 'number') {
        numbers[row] = value;
        if (Number.isNaN(value)) nullCount++;
        return;
      }
      if (found === 'boolean' && typeof value === 'boolean') {
        numbers[row] = value ? 1 : 0;
        return;
      }
      if (value === null) {
        numbers[row] = Number.NaN;
        nullCount++;
        return;
      }
      const given = typeof value;
      if (found === undefined && (given === 'number' || given === 'boolean' || given === 'string')) found = given;
      if (given !== found && !(found === 'number' && given === 'boolean' && type === 'number')) {
        throw new DataError({
          where: `${where}, row ${row} of its record batch`,
          expected: `the function to give a ${found ?? 'number, a boolean, a string'} or null`,
          received: shownValue(value),
          hint: hintOfAnswer(value),
        });
      }
      if (typeof value === 'string') {
        let index = dictionary.get(value);
        if (index === undefined) {
          index = dictionary.size;
          dictionary.set(value, index);
        }
        numbers[row] = index;
      } else {
        numbers[row] = Number(value);
        if (Number.isNaN(numbers[row])) nullCount++;
      }
    },
    finish() {
      if (found === undefined) return makeData({ type: new Null(), length });
      if (found === 'number') return numberColumn(types.number as Float64, numbers.slice(), nullCount);
      if (found === 'boolean') return numberColumn(types.boolean as Bool, numbers, nullCount);
      return dictionaryColumn(types.string as Dictionary, numbers, [...dictionary.keys()], nullCount);
    },
  };
}

/**
 * A column of text from the numbers of its texts, in which NaN is null.
 *
 * @param nullCount how many are NaN, where that is known
 */
export function dictionaryColumn(
  type: Dictionary,
  numbers: Float64Array,
  texts: readonly string[],
  nullCount?: number,
): Data {
  const { values, nullBitmap, nullCount: nulls } = numberColumn(type.indices as never, numbers, nullCount);
  return makeData({
    type,
    length: numbers.length,
    nullCount: nulls,
    nullBitmap,
    data: values,
    dictionary: vectorFromArray([...texts], type.dictionary),
  });
}
