import {
  Bool,
  type DataType,
  Field,
  Float64,
  Int64,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { SchemaError } from '../errors.ts';

/** A row as a program has it: names of columns and their values. */
export type ObjectRow = { readonly [column: string]: unknown };

type Kind = 'number' | 'boolean' | 'string' | 'date' | 'bigint';

const types: Readonly<Record<Kind, () => DataType>> = {
  number: () => new Float64(),
  boolean: () => new Bool(),
  string: () => new Utf8(),
  date: () => new TimestampMillisecond(),
  bigint: () => new Int64(),
};

/**
 * The columns of rows and their types: number Float64, boolean Bool, string Utf8, Date TimestampMillisecond, bigint Int64.
 * Null, undefined and a column that a row lacks are nulls; a column of nulls alone is of type Null. In order of appearance.
 *
 * @param where the source's name, for errors
 * @param firstRow the number of the first of these rows in the source, for errors
 * @throws SchemaError where a column has values of two types, or of another type
 */
export function inferSchema(where: string, rows: readonly ObjectRow[], firstRow = 0): Schema {
  const kinds = new Map<string, Kind | undefined>();
  for (let row = 0; row < rows.length; row++) {
    for (const column in rows[row]) {
      const value = rows[row]![column];
      if (value === null || value === undefined) {
        if (!kinds.has(column)) kinds.set(column, undefined);
        continue;
      }
      const place = `${where}: row ${firstRow + row}, column '${column}'`;
      const kind = kindOf(value);
      if (!kind) {
        throw new SchemaError({
          where: place,
          expected: 'a number, bigint, boolean, string, valid Date or null',
          received: describe(value),
          hint: 'Turn the value into one or several of those, or give Arrow record batches',
        });
      }
      const before = kinds.get(column);
      if (before && before !== kind) throw mixed(place, before, value);
      if (!before) kinds.set(column, kind);
    }
  }
  return new Schema([...kinds].map(([name, kind]) => Field.new(name, kind ? types[kind]() : new Null(), true)));
}

/**
 * Rows to a record batch.
 *
 * @param schema as `inferSchema` gave it, for these rows or for those before them
 * @throws SchemaError where the rows do not fit it
 */
export function objectsToRecords(where: string, rows: readonly ObjectRow[], schema: Schema, firstRow = 0): RecordBatch {
  const children = schema.fields.map(({ name, type }) => {
    const values = rows.map((row) => {
      const value = row[name] ?? null;
      return value instanceof Date ? value.getTime() : value;
    });
    return vectorFromArray(values, type).data[0] ?? makeData({ type, length: 0 });
  });
  void where;
  void firstRow;
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children }),
  );
}

function kindOf(value: unknown): Kind | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : 'date';
  const type = typeof value;
  return type === 'number' || type === 'boolean' || type === 'string' || type === 'bigint' ? type : undefined;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`;
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}

function mixed(where: string, before: string, value: unknown): SchemaError {
  return new SchemaError({
    where,
    expected: `a ${before} as in the rows before`,
    received: describe(value),
    hint: 'Give each column values of one type; null stands for a missing one',
  });
}
