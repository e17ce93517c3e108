import { takeRows } from '../../batch/takeRows.ts';
import { columnData, findColumn } from '../../source/column/findColumn.ts';
import { viewNumbers } from '../../source/column/readNumbers.ts';
import type { BadRow, Batch, ColumnRange } from '../../source/types.ts';

/** The rows of a record batch that lie in a range, and what was seen of them. */
export interface Selected {
  /** The rows alone; undefined for none, and none that was refused. */
  readonly batch: Batch | undefined;
  readonly rows: number;
  /** Infinity and -Infinity for none. */
  readonly least: number;
  readonly greatest: number;
}

/**
 * Takes the rows of a range out of a record batch. Those whose number or time is null are in none; one that was refused, of which nobody knows
 * its time, is where its neighbours are.
 *
 * @param scratch used for the numbers where it is long enough
 * @throws SchemaError where the column is not there, or holds neither numbers nor times
 */
export function selectRange(batch: Batch, { column, after, until }: ColumnRange, scratch?: Float64Array): Selected {
  const { records, cursor, origin } = batch;
  const { index } = findColumn(records.schema, {
    column,
    kinds: ['number', 'timestamp'],
    where: `newRows by ${column}`,
  });
  const numbers = viewNumbers(columnData(records, index), scratch);
  const count = batch.selected?.length ?? numbers.length;
  const kept = new Uint32Array(count);
  let [rows, least, greatest] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    const row = batch.selected ? batch.selected[i] : i;
    const number = numbers[row];
    if (!(number > after && number <= until)) continue;
    kept[rows++] = row;
    if (number < least) least = number;
    if (number > greatest) greatest = number;
  }
  const refused = refusedAmong(batch, kept.subarray(0, rows));
  if (rows === 0 && refused.length === 0) return { batch: undefined, rows, least, greatest };
  const isWhole = rows === records.numRows;
  const place = { records, cursor, ...(origin && { origin }) };
  const taken = isWhole ? place : takeRows({ ...place, selected: kept.slice(0, rows) });
  return { batch: { ...taken, ...(refused.length > 0 && { refused }) }, rows, least, greatest };
}

/** Refused rows that stand beside those that are kept, numbered as these will be. */
function refusedAmong({ records, selected, refused = [] }: Batch, kept: Uint32Array): BadRow[] {
  const count = selected?.length ?? records.numRows;
  const meant = (i: number) => (selected ? selected[i] : i);
  let [next, at] = [0, 0];
  return refused.flatMap((row) => {
    while (next < count && meant(next) < row.at) next++;
    while (at < kept.length && kept[at] < row.at) at++;
    const isAmong = count === 0 || (next === 0 ? kept[0] === meant(0) : kept[at - 1] === meant(next - 1));
    return isAmong ? [{ ...row, at }] : [];
  });
}
