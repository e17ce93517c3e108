import { DataError } from '../../errors.ts';
import { shownName, shownValue } from '../../options/shown.ts';
import type { Batch } from '../types.ts';
import { plainValue } from './plainValue.ts';

/** A value that its column's declared use does not allow, or a row for which a function of the user's has no answer. */
export interface BadValue {
  /** The use and its column, as the user wrote them: `binary late`. */
  readonly where: string;
  /** The row of the record batch. */
  readonly row: number;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
  /** The columns that a function was given: their values tell why it failed. */
  readonly columns?: readonly string[];
  /** What the function has thrown. */
  readonly cause?: unknown;
}

/** Called with a value that cannot be used. Where it returns, the row is left out. */
export type Refuse = (value: BadValue) => void;

/** The same where no row is left out. */
export type Fail = (value: BadValue) => never;

/**
 * Fails with the place of the row: its file, its number in it and, where the format is text, its byte; and with the values that a function
 * was given.
 *
 * @param rowsBefore rows of the stream before the record batch, which number its rows where it has no origin
 */
export function failAt(batch: Pick<Batch, 'records' | 'origin'>, rowsBefore: number): Fail {
  return ({ where, row, columns = [], expected, received, hint, cause }) => {
    const { records, origin } = batch;
    const byte = origin?.byte ? `, byte ${origin.byte(row)}` : '';
    const place = origin ? `${origin.file}, row ${origin.row(row)}${byte}` : `row ${rowsBefore + row}`;
    const given = columns.map((column) => {
      const index = records.schema.fields.findIndex(({ name }) => name === column);
      return `${shownName(column)} is ${shownValue(plainValue(records.data.children[index]!, row))}`;
    });
    const values = given.length > 0 ? `, where ${given.join(' and ')}` : '';
    throw new DataError({
      row: origin ? origin.row(row) : rowsBefore + row,
      where: `${where}: ${place} (counted from 0)${values}`,
      expected,
      received,
      hint: hint ?? thrownAt(cause),
      cause,
    });
  };
}

/** Where a function of the user's has thrown, for who looks for the place. */
function thrownAt(cause: unknown): string | undefined {
  const place = cause instanceof Error ? /^ +(at .*)$/m.exec(cause.stack ?? '')?.[1] : undefined;
  return place && `It was thrown ${place}`;
}
