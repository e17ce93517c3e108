import { DataError } from '../errors.ts';

/** A value that its column's declared use does not allow. */
export interface BadValue {
  /** The use and its column, as the user wrote them: `binary late`. */
  readonly where: string;
  /** The row, counted from 0 in the stream that is read. */
  readonly row: number;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

/** The error for one value in one row. */
export function rowError({ where, row, ...complaint }: BadValue): DataError {
  return new DataError({ where: `${where}: row ${row} (counted from 0)`, ...complaint });
}
