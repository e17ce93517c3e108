import { Field, Float64, Type } from 'apache-arrow';
import { columnName, number, required, text } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import { shownName } from '../../options/shown.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { numberColumn } from '../encode/numberColumn.ts';
import { recentNumbers } from '../fit/recentNumbers.ts';
import { appendColumns } from './appendColumns.ts';
import { checkNewNames } from './checkNewNames.ts';
import type { Derivation } from './derivation.ts';

export interface CyclicalOptions {
  /** After how many units the values begin anew: 24 for hours; a positive number. */
  readonly period: number;
  /**
   * What the names of the two columns begin with.
   * @default the column's name
   */
  readonly as?: string;
}

/**
 * Two columns that place a number on a circle, so that the end of its period is near the beginning.
 *
 *   <as>Sin = sin(2 pi v / period),  <as>Cos = cos(2 pi v / period)
 *
 * @throws OptionError where the period is not a positive number
 * @example cyclical('hour', { period: 24 }).names //=> ['hourSin', 'hourCos']
 */
export function cyclical(column: string, options: CyclicalOptions): Derivation {
  checkOption('cyclical: column', column, columnName);
  checkOptions<CyclicalOptions>('cyclical', options, { period: required(number({ above: 0 })), as: text('a name') });
  const { period, as = column } = options;
  const use = { column, kinds: ['number'], where: `cyclical ${shownName(column)}` } as const;
  const names = [`${as}Sin`, `${as}Cos`];
  const fields = names.map((name) => new Field(name, new Float64(), true));
  return {
    names,
    columns: [column],
    reads: 'number',
    description: { verb: 'cyclical', column, period, as },
    fields(schema) {
      findColumn(schema, use);
      checkNewNames(use.where, schema, names);
      return fields;
    },
    apply(records) {
      const { index } = findColumn(records.schema, use);
      const data = columnData(records, index);
      const columns = circle(recentNumbers(data), period);
      const noNulls = data.type.typeId === Type.Int && data.nullCount === 0 ? 0 : undefined;
      return appendColumns(
        records,
        fields,
        columns.map((numbers) => numberColumn(new Float64(), numbers, noNulls)),
      );
    },
    row([value]) {
      if (typeof value !== 'number') return [null, null];
      const [sin, cos] = circle(Float64Array.of(value), period);
      return [sin[0], cos[0]];
    },
  };
}

/** Sine and cosine of each value. Most columns that go round hold few different numbers, often many times in a row. */
function circle(values: Float64Array, period: number): readonly [Float64Array, Float64Array] {
  const sin = new Float64Array(values.length);
  const cos = new Float64Array(values.length);
  let last = Number.NaN;
  let s = Number.NaN;
  let c = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== last) {
      last = values[i];
      const angle = (2 * Math.PI * last) / period;
      s = Math.sin(angle);
      c = Math.cos(angle);
    }
    sin[i] = s;
    cos[i] = c;
  }
  return [sin, cos];
}
