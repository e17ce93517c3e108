import type { Data } from 'apache-arrow';
import type { Cells } from './cells.ts';

/** Reads the cells of one column, block after block, until they are taken as a column of Arrow. */
export interface ColumnReader {
  /**
   * Appends the column's values of all rows; the first row whose value is not of the type, or -1. Where it is a row, nothing is appended
   * yet: either none of it is wanted, or the row's cell is emptied and reading goes on `from` it.
   */
  read(bytes: Uint8Array, cells: Cells, column: number, from?: number): number;
  /** What was read since the last take. */
  take(): Data;
}
