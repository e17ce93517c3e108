import { DataError } from '../errors.ts';

/** A value that its column's declared use does not allow. */
export interface BadValue {
  /** The use and its column, as the user wrote them: `binary late`. */
  readonly where: string;
  /** The row of the record batch. */
  readonly row: number;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

/** Is told of a value that cannot be used. Where it comes back, its row is left out. */
export type Refuse = (value: BadValue) => void;

/**
 * The error for one value in one row.
 *
 * @param rowsBefore rows of the stream before the record batch
 */
export function rowError({ where, row, ...complaint }: BadValue, rowsBefore: number): DataError {
  return new DataError({ where: `${where}: row ${rowsBefore + row} (counted from 0)`, ...complaint });
}
