import type { Batch } from '../types.ts';

/** The rows that are meant in a record batch. */
export function batchRows({ records, selected }: Batch): number {
  return selected?.length ?? records.numRows;
}

/** Its rows from `begin` to before `end`, of those that are meant, at another place; no value is copied. */
export function sliceBatch(batch: Batch, begin: number, end: number, cursor: Batch['cursor']): Batch {
  const { records, selected } = batch;
  if (begin === 0 && end >= batchRows(batch)) return { ...batch, cursor };
  if (selected) return { records, selected: selected.subarray(begin, end), cursor };
  return { records: records.slice(begin, end), cursor };
}
