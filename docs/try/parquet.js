import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** A Parquet file as rows by column. It is bundled, and loaded when the first such file comes. */
export async function readParquet(bytes) {
  const rows = await parquetReadObjects({ file: bytes, compressors });
  return { names: Object.keys(rows[0] ?? {}), rows };
}
