import type { BadRow, Batch, RowOrigin } from '../types.ts';

/** The rows that are meant in a record batch. */
export function batchRows({ records, selected }: Batch): number {
  return selected?.length ?? records.numRows;
}

/** Whether a record batch says nothing at all: no row is meant, and none was refused. */
export function isEmpty(batch: Batch): boolean {
  return batchRows(batch) === 0 && !batch.refused?.length;
}

/**
 * Its rows from `begin` to before `end`, of those that are meant, at another place; no value is copied. A row that was refused goes with
 * the next one that is meant, or with the last.
 */
export function sliceBatch(batch: Batch, begin: number, end: number, cursor: Batch['cursor']): Batch {
  const { records, selected, refused, origin, isRepeated } = batch;
  const rows = batchRows(batch);
  if (begin === 0 && end >= rows) return { ...batch, cursor };
  const from = selected ? 0 : begin;
  const rowAt = (i: number) => (selected ? selected[i]! : i);
  const isInside = ({ at }: BadRow) =>
    (begin === 0 || (begin < rows && at > rowAt(begin - 1))) && (end >= rows || (end > 0 && at < rowAt(end - 1)));
  return {
    records: selected ? records : records.slice(begin, end),
    cursor,
    ...(selected && { selected: selected.subarray(begin, end) }),
    ...(refused && { refused: refused.filter(isInside).map((row) => ({ ...row, at: row.at - from })) }),
    ...(origin && { origin: from === 0 ? origin : originFrom(origin, from) }),
    ...(isRepeated && { isRepeated }),
  };
}

function originFrom({ file, row, byte }: RowOrigin, from: number): RowOrigin {
  return { file, row: (at) => row(from + at), ...(byte && { byte: (at: number) => byte(from + at) }) };
}
