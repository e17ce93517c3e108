import { type Data, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import { SchemaError } from '../errors.ts';
import { didYouMean } from '../options/didYouMean.ts';
import { shownName, shownNames } from '../options/shown.ts';
import { columnIndices } from './columnIndices.ts';
import { type ColumnNote, noteOfMissing } from './columnNote.ts';

/** What is left of a table when only some columns are wanted, in the order in which they are wanted. */
export interface Pick {
  readonly schema: Schema;
  /** Where the columns stand in the table. */
  readonly indices: readonly number[];
  /** The same rows with those columns; no value is copied. */
  apply(records: RecordBatch): RecordBatch;
  /** Rows of columns as the table has them; those that are not wanted may be undefined. */
  of(columns: readonly (Data | undefined)[], rows: number): RecordBatch;
}

/**
 * Picks columns by name.
 *
 * @param where the source's name, for the error
 * @param columns the names wanted; all when undefined
 * @throws SchemaError where a name is not there, with those that were perhaps meant
 * @example pickColumns('counter', table.schema, ['a']).apply(table.batches[0]) // => the same rows with column a alone
 */
export function pickColumns(where: string, schema: Schema, columns?: readonly string[]): Pick {
  const indices = columns
    ? columns.map((name) => {
        const index = columnIndices(schema).get(name);
        if (index === undefined) {
          const names = schema.fields.map((field) => field.name);
          throw missingColumn(where, name, names, noteOfMissing(schema, name));
        }
        return index;
      })
    : schema.fields.map((_, index) => index);
  const picked = new Schema(
    indices.map((index) => schema.fields[index]!),
    schema.metadata,
  );
  const type = new Struct(picked.fields);
  const of = (columns: readonly (Data | undefined)[], length: number): RecordBatch =>
    new RecordBatch(
      picked,
      makeData({ type, length, nullCount: 0, children: indices.map((index) => columns[index]!) }),
    );
  return { schema: picked, indices, of, apply: ({ data, numRows }) => of(data.children, numRows) };
}

function missingColumn(
  where: string,
  name: string,
  names: readonly string[],
  note: ColumnNote | undefined,
): SchemaError {
  return new SchemaError({
    where,
    expected: `one of the columns ${shownNames(names) || '(there are none)'}`,
    received: note ? `${shownName(name)}: ${note.reason}` : shownName(name),
    hint: note?.hint ?? didYouMean(name, names),
  });
}
