import { type Data, DataType, Dictionary, Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';

/**
 * A record batch with columns added at its end; the columns before are shared, not copied.
 *
 * @example appendColumns(records, [new Field('half', new Float64(), true)], [vectorFromArray([0.5]).data[0]])
 */
export function appendColumns(records: RecordBatch, fields: readonly Field[], columns: readonly Data[]): RecordBatch {
  const schema = appendFields(records.schema, fields);
  const added = schema.fields
    .slice(-fields.length)
    .map(({ type }, i) => (type === columns[i].type ? columns[i] : columns[i].clone(type)));
  const children = [...records.data.children, ...added];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: records.numRows, nullCount: 0, children }),
  );
}

/**
 * A schema with columns added at its end. Arrow tells dictionaries apart by numbers, which those of a file have from whoever wrote it, and those
 * that are made here from a counter: an added column whose number is taken gets another one.
 */
export function appendFields(schema: Schema, fields: readonly Field[]): Schema {
  const taken = new Map(schema.dictionaries);
  const added = fields.map((field) => {
    if (!DataType.isDictionary(field.type)) return field;
    let { type } = field;
    const { dictionary, indices, isOrdered } = type;
    while (taken.has(type.id) && taken.get(type.id) !== dictionary)
      type = new Dictionary(dictionary, indices, undefined, isOrdered);
    taken.set(type.id, dictionary);
    return type === field.type ? field : new Field(field.name, type, field.nullable, field.metadata);
  });
  return new Schema([...schema.fields, ...added], schema.metadata);
}
