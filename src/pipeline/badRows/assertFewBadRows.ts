import { DataError } from '../../errors.ts';
import type { BadRowPolicy } from './badRowPolicy.ts';

/** How many rows of those that were read cannot be used. */
export interface BadRowCount {
  readonly badRows: number;
  readonly rowsRead: number;
}

/** Rows that are taken as read as long as fewer have been: a share of a few rows says little. */
const LEAST = 10_000;

/**
 * Holds rows that cannot be used to the share that a policy allows:
 *
 *   badRows <= max(maxShare max(rowsRead, 10000), 1 where maxShare > 0)  while rows are read
 *   badRows <= maxShare rowsRead                                         when all have been
 *
 * @param where the source's name
 * @param example one of them, for people
 * @throws DataError where there are more
 */
export function assertFewBadRows(
  where: string,
  { badRows, rowsRead }: BadRowCount,
  { maxShare, path }: BadRowPolicy,
  isAll: boolean,
  example: string | undefined,
): void {
  const most = isAll ? maxShare * rowsRead : Math.max(maxShare * Math.max(rowsRead, LEAST), Math.sign(maxShare));
  if (badRows <= most) return;
  const share = ((100 * badRows) / rowsRead).toPrecision(3);
  throw new DataError({
    where,
    expected: `at most ${100 * maxShare} % of rows that cannot be used`,
    received: `${badRows} of ${isAll ? 'all' : 'the first'} ${rowsRead} (${share} %)${example ? `, such as ${example}` : ''}`,
    hint: path
      ? `See ${path}. Mend the rows, or raise badRows.maxShare`
      : 'Mend the rows, or raise badRows.maxShare; badRows: badRowFile(path) writes them down',
  });
}
