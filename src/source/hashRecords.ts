import { createHash } from 'node:crypto';
import type { Data, RecordBatch, Schema } from 'apache-arrow';

/**
 * sha256 of rows: names, types and the bytes of every buffer. The same values cut into other batches may hash differently.
 *
 * Not over the Arrow IPC form: that holds the numbers of dictionaries, which depend on what else a process has made.
 */
export function hashRecords(schema: Schema, batches: Iterable<RecordBatch>): string {
  const hash = createHash('sha256');
  const add = (data: Data): void => {
    hash.update(`|${data.type} ${data.length} ${data.offset} ${data.nullCount}|`);
    for (const buffer of [data.nullBitmap, data.valueOffsets, data.values, data.typeIds]) {
      if (ArrayBuffer.isView(buffer)) hash.update(`${buffer.byteLength}:`).update(buffer as Uint8Array);
    }
    for (const child of data.children) add(child);
    for (const chunk of data.dictionary?.data ?? []) add(chunk);
  };
  hash.update(describeSchema(schema));
  for (const { data } of batches) for (const child of data.children) add(child);
  return hash.digest('hex');
}

/** The columns' names and types in one line, the same for the same columns in any process. */
export function describeSchema(schema: Schema): string {
  return schema.fields.map(({ name, type }) => `${JSON.stringify(name)}: ${type}`).join(', ');
}
