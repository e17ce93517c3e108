import { type DataType, Field, makeData, Null, RecordBatch, Schema, Struct } from 'apache-arrow';
import { SchemaError } from '../../errors.ts';
import { packColumn } from './packColumn.ts';
import { describeType, typeOfValue } from './valueType.ts';

/** A row as a program has it: names of columns and their values. */
export type ObjectRow = { readonly [column: string]: unknown };

/**
 * The columns of rows and their types, as `typeOfValue` tells them. Null, undefined and a column that a row lacks are nulls; a column
 * of nulls alone is of type Null. In order of appearance.
 *
 * @param where the source's name, for errors
 * @param firstRow the number of the first of these rows in the source, for errors
 * @param known the columns of the rows before, to which these rows are held; none: these rows decide
 * @throws SchemaError where a column has values of two types or of another type, or is not among those known
 */
export function inferSchema(where: string, rows: readonly ObjectRow[], firstRow = 0, known?: Schema): Schema {
  const types = new Map<string, DataType | undefined>(
    known?.fields.map(({ name, type }) => [name, type instanceof Null ? undefined : type]),
  );
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (const column in row) {
      const value = row[column] ?? null;
      const type = value === null ? undefined : typeOfValue(value);
      const before = types.get(column);
      const isNew = !before && !types.has(column);
      if (!isNew && (value === null || (type && type === before))) continue;
      const place = `${where}: row ${firstRow + i}, column '${column}'`;
      if (value !== null && !type) throw unsupported(place, value);
      if (known || (before && type)) throw unlike(place, before, value, known);
      types.set(column, type);
    }
  }
  return known ?? new Schema([...types].map(([name, type]) => Field.new(name, type ?? new Null(), true)));
}

/** Rows to a record batch of a schema that `inferSchema` gave for them. */
export function objectsToRecords(rows: readonly ObjectRow[], schema: Schema): RecordBatch {
  const children = schema.fields.map(({ name, type }) => {
    // What every object inherits, `toString` say, is no value of a column.
    const isInherited = name in Object.prototype;
    const values = rows.map((row) => (isInherited && !Object.hasOwn(row, name) ? null : row[name]));
    return packColumn(values, type);
  });
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
}

function describe(value: unknown): string {
  const type = typeOfValue(value);
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (value instanceof Date) return type ? `the Date ${value.toISOString()}` : 'an invalid Date';
  if (value === null) return 'null';
  if (typeof value !== 'object') return `the ${typeof value} ${String(value)}`;
  if (type) return describeType(type);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'an array that is empty, or of other values';
  return 'an object';
}

function unsupported(where: string, value: unknown): SchemaError {
  return new SchemaError({
    where,
    expected: 'a number, bigint of 64 bits, boolean, string, valid Date, list of numbers, booleans or bigints, or null',
    received: describe(value),
    hint: 'Turn the value into one or several of those, or give Arrow record batches',
  });
}

function unlike(where: string, before: DataType | undefined, value: unknown, known: Schema | undefined): SchemaError {
  const names = known?.fields.map(({ name }) => name).join(', ');
  return new SchemaError({
    where,
    expected: before
      ? `${describeType(before)} as in the rows before`
      : `values in the columns that have had some (of ${names})`,
    received: describe(value),
    hint: known
      ? 'The first rows of an iterable decide on its columns; where they cannot, give Arrow record batches'
      : 'Give each column values of one type, lists of one length; null stands for a missing one',
  });
}
