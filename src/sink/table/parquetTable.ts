import { RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { compileParquet } from '../../source/parquet/compileParquet.ts';
import { version } from '../../version.ts';
import { plainBatch, plainSchema } from './plainBatch.ts';
import type { TableEncoder } from './tableEncoder.ts';

/** Rows of a row group, which is held in memory until it is full. */
const groupRows = 131_072;

/** Parquet, compressed by Snappy. */
export async function parquetTable(schema: Schema): Promise<TableEncoder> {
  const parquet = await import('parquet-wasm/esm');
  parquet.initSync({ module: await compileParquet() });
  const plain = plainSchema(schema);
  const properties = new parquet.WriterPropertiesBuilder()
    .setCompression(parquet.Compression.SNAPPY)
    .setMaxRowGroupSize(groupRows)
    .setCreatedBy(`millrace ${version}`)
    .build();
  const batches = new TransformStream<unknown, unknown>(undefined, undefined, { highWaterMark: 0 });
  const writer = batches.writable.getWriter();
  const reader = parquet.transformParquetStream(batches.readable, properties).then((bytes) => bytes.getReader());
  const made: Uint8Array[] = [];
  let failure: unknown;
  const isRead = (async () => {
    for (let part = await (await reader).read(); !part.done; part = await (await reader).read()) made.push(part.value);
  })().catch((error) => {
    failure = error;
  });

  /** What has been made so far. */
  function taken(): Uint8Array {
    const bytes = Buffer.concat(made);
    made.length = 0;
    return bytes;
  }

  async function until(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, isRead]);
    if (failure !== undefined) throw failure;
  }

  return {
    begin: () => '',
    async encode(batch) {
      const bytes = RecordBatchStreamWriter.writeAll([plainBatch(batch, plain)]).toUint8Array(true);
      for (const each of parquet.Table.fromIPCStream(bytes).recordBatches()) await until(writer.write(each));
      return taken();
    },
    async end() {
      await until(writer.close());
      await isRead;
      if (failure !== undefined) throw failure;
      return taken();
    },
  };
}
