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
import { DataError } from '../errors.ts';
import { numberColumn } from './numberColumn.ts';

/** A value of a row, as the function of `derive` gets and gives it. */
export type Value = number | boolean | string | null;

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
          expected: found
            ? `the function to give a ${found} or null`
            : 'the function to give a number, boolean, string or null',
          received: given === 'undefined' || given === 'object' ? given : `the ${given} ${JSON.stringify(value)}`,
          hint: given === 'undefined' ? 'Does it return a value in every case' : undefined,
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
      const of = types.string as Dictionary;
      const { values, nullBitmap } = numberColumn(of.indices as never, numbers, nullCount);
      return makeData({
        type: of,
        length,
        nullCount,
        nullBitmap,
        data: values,
        dictionary: vectorFromArray([...dictionary.keys()], of.dictionary),
      });
    },
  };
}
