import type { Summary } from '../pipeline/summary.ts';
import { count } from './format.ts';

/** Rows that cannot be used, for people: `207 of 20,640 rows (1.00 %), written to runs/housing/1/bad.ndjson`. */
export function leftOut({
  badRows,
  rowsRead,
  deadLetters,
}: Pick<Summary, 'badRows' | 'rowsRead' | 'deadLetters'>): string {
  const share = ((100 * badRows) / rowsRead).toPrecision(3);
  return `${count(badRows)} of ${count(rowsRead)} rows (${share} %)${deadLetters ? `, written to ${deadLetters}` : ''}`;
}
