import { readFileSync } from 'node:fs';
import { type Table, tableToIPC } from 'apache-arrow';
import {
  initSync,
  Table as ParquetTable,
  type WriterProperties,
  WriterPropertiesBuilder,
  writeParquet as write,
} from 'parquet-wasm/esm';

let isReady = false;

/**
 * The bytes of a Parquet file with a schema of Arrow: each column comes back as the type that it is.
 *
 * @param properties the writer's own by default
 */
export function writeParquet(
  table: Table,
  properties?: (builder: WriterPropertiesBuilder) => WriterPropertiesBuilder,
): Uint8Array {
  if (!isReady)
    initSync({ module: readFileSync(new URL(import.meta.resolve('parquet-wasm/esm/parquet_wasm_bg.wasm'))) });
  isReady = true;
  const built: WriterProperties | undefined = properties?.(new WriterPropertiesBuilder()).build();
  return write(ParquetTable.fromIPCStream(tableToIPC(table, 'stream')), built);
}
