import { type Data, type RecordBatch, Type, type Vector } from 'apache-arrow';
import { DataError } from '../../errors.ts';
import { alikeRows } from './alikeRows.ts';

/**
 * Holds ordered rows to being apart in the columns of their order: those that are alike might come in another order the next time.
 *
 * @returns takes one record batch after the other, and the number of its first row
 */
export function apartRows(where: string, orderBy: readonly string[]): (records: RecordBatch, firstRow: number) => void {
  /** The columns of the record batch before. */
  let before: readonly Data[] | undefined;
  return (records, firstRow) => {
    const columns = orderBy.map((name) => records.getChild(name)!.data[0]!);
    const last = before ? before[0]!.length - 1 : -1;
    const first = columns.map((column, i) => alikeRows(column, before?.[i] ?? column));
    if (last >= 0 && first.every((isAlike) => isAlike(0, last))) throw alike(where, orderBy, records, 0, firstRow);
    const next = columns.map((column) => alikeRows(column, column));
    for (let row = 1; row < records.numRows; row++) {
      if (next.every((isAlike) => isAlike(row, row - 1))) throw alike(where, orderBy, records, row, firstRow);
    }
    before = columns;
  };
}

function alike(
  where: string,
  orderBy: readonly string[],
  records: RecordBatch,
  row: number,
  firstRow: number,
): DataError {
  const values = orderBy.map((name) => `${name} = ${shown(records.getChild(name)!, row)}`).join(', ');
  return new DataError({
    where: `${where}, rows ${firstRow + row - 1} and ${firstRow + row}`,
    expected: `no two rows alike in orderBy (${orderBy.join(', ')})`,
    received: values,
    hint: 'Add a column to orderBy that tells them apart; where whole rows may be alike, name all columns',
  });
}

function shown(column: Vector, row: number): string {
  const value = column.get(row);
  const isTime = column.type.typeId === Type.Timestamp || column.type.typeId === Type.Date;
  return isTime && value !== null ? new Date(value).toISOString() : `${value}`;
}
