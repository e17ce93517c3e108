import { takeRows } from '../../batch/takeRows.ts';
import { columnData, findColumn } from '../../preprocess/findColumn.ts';
import { viewNumbers } from '../../preprocess/readNumbers.ts';
import type { Batch, ColumnRange } from '../../types.ts';

/** The rows of a record batch that lie in a range, and what was seen of them. */
export interface Selected {
  /** The rows alone; undefined for none. */
  readonly batch: Batch | undefined;
  readonly rows: number;
  /** Infinity and -Infinity for none. */
  readonly least: number;
  readonly greatest: number;
}

/**
 * Takes the rows of a range out of a record batch. Those whose number or time is null are in none.
 *
 * @param scratch used for the numbers where it is long enough
 * @throws SchemaError where the column is not there, or holds neither numbers nor times
 */
export function selectRange(batch: Batch, { column, after, until }: ColumnRange, scratch?: Float64Array): Selected {
  const { records, cursor } = batch;
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
  const isWhole = rows === records.numRows;
  const selected = isWhole ? { records, cursor } : takeRows({ records, cursor, selected: kept.slice(0, rows) });
  return { batch: rows === 0 ? undefined : selected, rows, least, greatest };
}
