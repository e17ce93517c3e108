/**
 * How many rows of a row group are decoded at once. The decoder decodes all that it is asked for before it gives any; of a large row group
 * it is asked for a window after the other. For each it has to run through the encoded bytes, which are held anyway: windows are as large
 * as these, so that there are few.
 */
export interface ParquetWindow {
  /** @param encodedBytes of the row group, in the columns that are read */
  rows(encodedBytes: number): number;
  /** What a window of so many rows has become. */
  learn(rows: number, bytes: number): void;
}

/** Less is not worth another run through the encoded bytes. */
const leastBytes = 32_000_000;

/** @param batchRows a window has whole record batches; the first has one, since nothing is known yet */
export function createParquetWindow(batchRows: number): ParquetWindow {
  let bytesPerRow: number | undefined;
  return {
    rows(encodedBytes) {
      if (bytesPerRow === undefined) return batchRows;
      const batches = Math.floor(Math.max(leastBytes, encodedBytes) / (bytesPerRow * batchRows));
      return batchRows * Math.max(1, batches);
    },
    learn(rows, bytes) {
      if (rows > 0) bytesPerRow = Math.max(1, bytes / rows);
    },
  };
}
