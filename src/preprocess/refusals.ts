import { Vector } from 'apache-arrow';
import { otherRows } from '../source/combine/otherRows.ts';
import type { BadRow, Batch, Json } from '../types.ts';
import type { BadValue, Refuse } from './rowError.ts';

/** Collects the rows of one record batch that cannot be used. */
export interface Refusals {
  readonly refuse: Refuse;
  readonly count: number;
  /** The record batch without those rows, which are told of in `refused`. */
  leaveOut(batch: Batch): Batch;
}

/** @param rowsBefore rows of the stream before the record batch, which number its rows where it has no origin */
export function createRefusals(rowsBefore: number): Refusals {
  /** The first complaint of each row. */
  const values = new Map<number, BadValue>();
  return {
    refuse(value) {
      if (!values.has(value.row)) values.set(value.row, value);
    },
    get count() {
      return values.size;
    },
    leaveOut(batch) {
      const {
        records,
        selected,
        refused = [],
        origin = { file: 'rows', row: (at: number) => rowsBefore + at },
      } = batch;
      const columns = records.schema.fields.map(
        ({ name }, i) => [name, new Vector([records.data.children[i]])] as const,
      );
      const rows = [...values.values()].map(
        ({ row: at, where, expected, received }): BadRow => ({
          at,
          file: origin.file,
          row: origin.row(at),
          ...(origin.byte && { byte: origin.byte(at) }),
          reason: `${where}: expected ${expected}, got ${received}`,
          values: Object.fromEntries(columns.map(([name, column]) => [name, plain(column.get(at))])),
        }),
      );
      return {
        ...batch,
        selected: otherRows(records.numRows, values.keys(), selected),
        refused: [...refused, ...rows].sort((a, b) => a.at - b.at),
      };
    },
  };
}

/** A value of Arrow as plain JSON. */
function plain(value: unknown): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : `${value}`;
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`;
  if (value instanceof Vector || ArrayBuffer.isView(value)) return Array.from(value as Iterable<unknown>, plain);
  return value === null || typeof value === 'boolean' || typeof value === 'string' ? value : `${value}`;
}
