import { map, type OperatorFunction } from 'rxjs';
import { columnData, findColumn } from '../../preprocess/findColumn.ts';
import { readNumbers } from '../../preprocess/readNumbers.ts';
import type { Batch } from '../../types.ts';

/** Selects the rows that have a value in the target's column: labels may come later than rows. A selection is narrowed. */
export function labelledRows(column: string): OperatorFunction<Batch, Batch> {
  const kinds = ['number', 'boolean', 'string'] as const;
  return map((batch) => {
    const { records } = batch;
    const { index, kind } = findColumn(records.schema, { column, kinds, where: `target ${column}` });
    const data = columnData(records, index);
    const numbers = kind === 'string' ? undefined : readNumbers(data);
    const isLabelled = (row: number) => (numbers ? !Number.isNaN(numbers[row]) : data.getValid(row));
    const rows = batch.selected ?? Uint32Array.from({ length: records.numRows }, (_, row) => row);
    return { ...batch, selected: rows.filter(isLabelled) };
  });
}
