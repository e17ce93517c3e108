import {
  type Data,
  DataType,
  type Dictionary,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Vector,
  vectorFromArray,
} from 'apache-arrow';

/** A schema whose columns are none of dictionaries: these may be others in each record batch, and a file has one of each. */
export function plainSchema({ fields, metadata }: Schema): Schema {
  return new Schema(
    fields.map((field) =>
      DataType.isDictionary(field.type)
        ? new Field(field.name, field.type.dictionary, field.nullable, field.metadata)
        : field,
    ),
    metadata,
  );
}

/** A record batch as such a schema has it. */
export function plainBatch(batch: RecordBatch, schema: Schema): RecordBatch {
  if (batch.schema.fields.every(({ type }) => !DataType.isDictionary(type))) return batch;
  const children = batch.data.children.map((data, i) => {
    if (!DataType.isDictionary(data.type)) return data;
    const values = Array.from<string | null>(new Vector([data as Data<Dictionary>]));
    return vectorFromArray(values, schema.fields[i].type).data[0];
  });
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children }),
  );
}
