import { type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { plainBatch, plainSchema } from './plainBatch.ts';
import type { TableEncoder } from './tableEncoder.ts';

/** The last message: none follows. */
const ending = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0);

/** An Arrow IPC stream. Columns of text are written as such, however they are encoded, so that one can be gone on with. */
export function arrowTable(schema: Schema): TableEncoder {
  const plain = plainSchema(schema);
  return {
    begin() {
      const writer = new RecordBatchStreamWriter();
      writer.reset(undefined, plain);
      return writer.finish().toUint8Array(true).slice(0, -ending.length);
    },
    encode: (batch) => messageOf(plainBatch(batch, plain)),
    end: () => ending,
  };
}

/** Behind the schema, which comes first in each stream, and before its end. */
function messageOf(batch: RecordBatch): Uint8Array {
  const bytes = RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
  const schemaLength = new DataView(bytes.buffer, bytes.byteOffset).getInt32(4, true);
  return bytes.subarray(8 + schemaLength, bytes.length - ending.length);
}
