import { SchemaError } from '../../errors.ts';
import { nearMisses } from '../../source/nearMisses.ts';
import type { Batch } from '../../types.ts';

/** The selected rows of a record batch by a column's value: `order` holds them value by value, `groups` says where each value's are. */
export interface SlicedRows {
  readonly order: Uint32Array;
  readonly groups: readonly { readonly value: string; readonly begin: number; readonly end: number }[];
}

/**
 * Sorts the selected rows of a record batch by the value of a column, as text: nulls are `(null)`.
 *
 * @throws SchemaError where there is no such column
 */
export function sliceRows({ records, selected }: Batch, column: string): SlicedRows {
  const vector = records.getChild(column);
  if (!vector) {
    const names = records.schema.fields.map(({ name }) => name);
    const near = nearMisses(column, names);
    throw new SchemaError({
      where: `gate: slices by ${column}`,
      expected: `a column ${column}`,
      received: `the columns ${names.join(', ')}`,
      hint: near.length > 0 ? `Did you mean ${near.join(' or ')}` : undefined,
    });
  }
  const codes = new Map<string, number>();
  const counts: number[] = [];
  const n = selected?.length ?? records.numRows;
  const codeOf = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const value = valueText(vector.get(selected ? selected[i] : i));
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

function valueText(value: unknown): string {
  if (value === null || value === undefined) return '(null)';
  return value instanceof Date ? value.toISOString() : String(value);
}
