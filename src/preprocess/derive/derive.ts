import { Bool, type DataType, Dictionary, Field, Float64, Int32, Null, type RecordBatch, Utf8 } from 'apache-arrow';
import { aFunction, columnName, listOf, oneOf, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import { noAnswer } from '../../source/column/answers.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { numberReader, readValues, type Value, valueKinds } from '../../source/column/readValues.ts';
import type { Refuse } from '../../source/column/rowError.ts';
import { createScratch } from '../../source/column/scratch.ts';
import { recentNumbers } from '../fit/recentNumbers.ts';
import { repeatedIntegers } from '../fit/repeatedIntegers.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';
import { createResultColumn, type DerivedType } from './resultColumn.ts';

export interface DeriveOptions {
  /**
   * What the function gives, besides null.
   * @default in each record batch, the type of the first result that is not null
   */
  readonly type?: DerivedType;
  /**
   * What a null in one of the columns does: `skip` gives null without calling the function, `pass` calls it with the null.
   * @default 'skip'
   */
  readonly nulls?: 'skip' | 'pass';
}

/** Computes a row's value. Declare its parameters as what the columns hold: `(origin: string, delay: number) => ...`. */
export type DeriveFunction = (...values: never[]) => Value;

/**
 * A column that a function computes from others, row by row. The function must be pure: it is called anew in every epoch, but not for each of
 * the rows that hold the same integer, and its source text stands for it in the pipeline's description, so that what it closes over must
 * not change.
 *
 * It gets numbers (64-bit integers too, up to 2^53), booleans, strings, and milliseconds since 1970 UTC for points in time; a NaN counts
 * as null. It gives a number, a boolean, a string or null, of the same type in all rows.
 *
 * @param columns the function's arguments, in their order
 * @throws OptionError where a name is missing, or an option is none of those named
 * @example derive('late', ['delay'], (delay) => delay > 15).columns //=> ['delay']
 */
export function derive(
  name: string,
  columns: readonly string[],
  fn: DeriveFunction,
  options: DeriveOptions = {},
): Derivation {
  checkOption('derive: name', name, text('the name of the new column'));
  checkOption('derive: columns', columns, listOf('columns', columnName, 1));
  checkOption('derive: fn', fn, aFunction());
  checkOptions<DeriveOptions>('derive', options, {
    type: oneOf('number', 'boolean', 'string'),
    nulls: oneOf('skip', 'pass'),
  });
  const { type, nulls = 'skip' } = options;
  const where = `derive ${shownName(name)}`;
  const call = fn as (...values: Value[]) => Value;
  const resultTypes: Readonly<Record<DerivedType, DataType>> = {
    number: new Float64(),
    boolean: new Bool(),
    string: new Dictionary(new Utf8(), new Int32()),
  };
  // Several are used at the same time.
  const readers = columns.length === 1 ? [recentNumbers] : columns.map(numberReader);
  const resultScratch = createScratch();

  return {
    names: [name],
    columns: [...columns],
    description: { verb: 'derive', name, columns: [...columns], fn: fn.toString(), type: type ?? null, nulls },
    fields(schema) {
      for (const column of columns) findColumn(schema, { column, kinds: valueKinds, where });
      checkNewNames(where, schema, [name]);
      return [new Field(name, type ? resultTypes[type] : new Null(), true)];
    },
    apply(records: RecordBatch, selected?: Uint32Array, refuse?: Refuse) {
      const inputs = columns.map((column, k) => {
        const data = columnData(records, findColumn(records.schema, { column, kinds: valueKinds, where }).index);
        return readValues(data, `${where}: column ${shownName(column)}`, readers[k]);
      });
      const numbers = resultScratch(records.numRows).fill(0);
      const expected = `the function to give a ${type ? `${type} or null` : 'value'}`;
      const results = createResultColumn({ where, numbers, type, types: resultTypes });
      const args = new Array<Value>(inputs.length);
      const count = selected ? selected.length : records.numRows;
      const [{ value: first, integers }] = inputs;
      const repeated = inputs.length === 1 && integers ? repeatedIntegers(integers, numbers) : undefined;
      let i = 0;
      const compute = (): void => {
        rows: for (; i < count; i++) {
          if (repeated) {
            i = repeated.copy(selected, i, count);
            if (i === count) return;
          }
          const row = selected ? selected[i] : i;
          // Most functions take one column: no list of arguments then.
          if (inputs.length === 1) {
            const value = first(row);
            results.set(row, value === null && nulls === 'skip' ? null : call(value));
            repeated?.note(row);
            continue;
          }
          for (let k = 0; k < inputs.length; k++) {
            args[k] = inputs[k].value(row);
            if (args[k] === null && nulls === 'skip') {
              results.set(row, null);
              continue rows;
            }
          }
          results.set(row, call(...args));
        }
      };
      while (i < count) {
        try {
          compute();
        } catch (error) {
          if (!refuse) throw error;
          const row = selected ? selected[i++] : i++;
          results.set(row, null);
          refuse(noAnswer({ where, row, columns, expected }, error));
        }
      }
      const column = results.finish();
      return appendColumns(records, [new Field(name, column.type, true)], [column]);
    },
    row: (values) => [nulls === 'skip' && values.includes(null) ? null : call(...values)],
  };
}
