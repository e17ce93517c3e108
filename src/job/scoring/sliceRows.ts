import { type Data, Type, Vector } from 'apache-arrow';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import { readValues, valueKinds } from '../../source/column/readValues.ts';
import type { Batch } from '../../source/types.ts';

/** The selected rows of a record batch by a column's value: `order` holds them value by value, `groups` says where each value's are. */
export interface SlicedRows {
  readonly order: Uint32Array;
  readonly groups: readonly { readonly value: string; readonly begin: number; readonly end: number }[];
}

/**
 * Sorts the selected rows of a record batch by the value of a column, as text: nulls are `(null)`, points in time as in ISO 8601.
 *
 * @throws SchemaError where there is no such column, or one that holds lists or other things that are no single value
 */
export function sliceRows({ records, selected }: Batch, column: string): SlicedRows {
  const { index, kind } = findColumn(records.schema, {
    column,
    kinds: valueKinds,
    where: `checks: slices by ${column}`,
  });
  const data = columnData(records, index);
  const textOf = kind === 'timestamp' ? timeText(data) : valueText(data);
  const codes = new Map<string, number>();
  const counts: number[] = [];
  const n = selected?.length ?? records.numRows;
  const codeOf = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const value = textOf(selected ? selected[i] : i);
    let code = codes.get(value);
    if (code === undefined) {
      code = codes.size;
      codes.set(value, code);
      counts.push(0);
    }
    codeOf[i] = code;
    counts[code]++;
  }
  let at = 0;
  const groups = [...codes.keys()].map((value, code) => {
    const begin = at;
    at += counts[code];
    return { value, begin, end: at };
  });
  const next = groups.map(({ begin }) => begin);
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[next[codeOf[i]]++] = i;
  return { order, groups };
}

/** Integers of 64 bits as they are, whatever a number can hold: they are only told apart. */
function valueText(data: Data): (row: number) => string {
  const bare = new Vector([data]);
  const isExact = data.type.typeId === Type.Int;
  const { value } = readValues(data, 'slices', viewNumbers);
  return (row) => {
    const found = isExact ? bare.get(row) : value(row);
    return found === null ? '(null)' : `${found}`;
  };
}

function timeText(data: Data): (row: number) => string {
  const times = viewNumbers(data);
  return (row) => {
    const time = new Date(times[row]);
    return Number.isNaN(times[row]) ? '(null)' : Number.isNaN(time.getTime()) ? `${times[row]}` : time.toISOString();
  };
}
