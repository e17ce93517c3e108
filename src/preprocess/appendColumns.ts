import { type Data, type Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';

/** A record batch with columns added at its end; the columns before are shared, not copied. */
export function appendColumns(records: RecordBatch, fields: readonly Field[], columns: readonly Data[]): RecordBatch {
  const schema = new Schema([...records.schema.fields, ...fields], records.schema.metadata);
  const children = [...records.data.children, ...columns];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: records.numRows, nullCount: 0, children }),
  );
}
