import { makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { SchemaError } from '../errors.ts';
import { columnIndices } from './columnIndices.ts';
import { nearMisses } from './nearMisses.ts';

/** What is left of a table when only some columns are wanted, in the order in which they are wanted. */
export interface Pick {
  readonly schema: Schema;
  /** The same rows with those columns; no value is copied. */
  apply(records: RecordBatch): RecordBatch;
}

/**
 * Picks columns by name.
 *
 * @param where the source's name, for the error
 * @param columns the names wanted; all when undefined
 * @throws SchemaError where a name is not there, with those that were perhaps meant
 */
export function pickColumns(where: string, schema: Schema, columns?: readonly string[]): Pick {
  const indices = columns
    ? columns.map((name) => {
        const index = columnIndices(schema).get(name);
        if (index === undefined) {
          const names = schema.fields.map((field) => field.name);
          throw missingColumn(where, name, names);
        }
        return index;
      })
    : schema.fields.map((_, index) => index);
  const picked = new Schema(
    indices.map((index) => schema.fields[index]!),
    schema.metadata,
  );
  const type = new Struct(picked.fields);
  return {
    schema: picked,
    apply: ({ data, numRows }) =>
      new RecordBatch(
        picked,
        makeData({
          type,
          length: numRows,
          nullCount: 0,
          children: indices.map((index) => data.children[index]!),
        }),
      ),
  };
}

function missingColumn(where: string, name: string, names: readonly string[]): SchemaError {
  const near = nearMisses(name, names);
  return new SchemaError({
    where,
    expected: `one of the columns ${names.join(', ') || '(there are none)'}`,
    received: `'${name}'`,
    hint: near.length > 0 ? `Did you mean ${near.map((each) => `'${each}'`).join(' or ')}` : undefined,
  });
}
