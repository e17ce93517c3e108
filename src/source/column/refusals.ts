import { otherRows } from '../combine/otherRows.ts';
import type { BadRow, Batch } from '../types.ts';
import { plainValue } from './plainValue.ts';
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
      const columns = records.schema.fields.map(({ name }, i) => [name, records.data.children[i]!] as const);
      const rows = [...values.values()].map(
        ({ row: at, where, expected, received }): BadRow => ({
          at,
          file: origin.file,
          row: origin.row(at),
          ...(origin.byte && { byte: origin.byte(at) }),
          reason: `${where}: expected ${expected}, got ${received}`,
          values: Object.fromEntries(columns.map(([name, column]) => [name, plainValue(column, at)])),
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
