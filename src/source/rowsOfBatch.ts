import { DataType } from 'apache-arrow';

/** Bytes of lists in a record batch, as float64, where these are long. */
const longestLists = 1 << 25;

/** The rows of a record batch: as many as are asked for, or fewer where its columns are of long lists. */
export function rowsOfBatch(batchRows: number, types: readonly (DataType | undefined)[]): number {
  const items = types.reduce((sum, type) => sum + (DataType.isFixedSizeList(type) ? type.listSize : 0), 0);
  return Math.max(1, Math.min(batchRows, Math.floor(longestLists / (8 * items))));
}
