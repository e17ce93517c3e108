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
  Type,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { SchemaError } from '../../errors.ts';

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

/** The way back: the kind of the values that a column of this type was made of. */
const kindOfType: ReadonlyMap<Type, Kind> = new Map([
  [Type.Float, 'number'],
  [Type.Bool, 'boolean'],
  [Type.Utf8, 'string'],
  [Type.Timestamp, 'date'],
  [Type.Int, 'bigint'],
]);

/**
 * The columns of rows and their types: number Float64, boolean Bool, string Utf8, Date TimestampMillisecond, bigint Int64.
 * Null, undefined and a column that a row lacks are nulls; a column of nulls alone is of type Null. In order of appearance.
 *
 * @param where the source's name, for errors
 * @param firstRow the number of the first of these rows in the source, for errors
 * @param known the columns of the rows before, to which these rows are held; none: these rows decide
 * @throws SchemaError where a column has values of two types or of another type, or is not among those known
 */
export function inferSchema(where: string, rows: readonly ObjectRow[], firstRow = 0, known?: Schema): Schema {
  const kinds = new Map<string, Kind | undefined>(
    known?.fields.map(({ name, type }) => [name, kindOfType.get(type.typeId)]),
  );
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    for (const column in row) {
      const value = row[column] ?? null;
      const kind = value === null ? undefined : kindOf(value);
      const before = kinds.get(column);
      const isNew = !kinds.has(column);
      if (!isNew && (value === null || kind === before)) continue;
      const place = `${where}: row ${firstRow + i}, column '${column}'`;
      if (value !== null && !kind) throw unsupported(place, value);
      if (known || (before && kind)) throw unlike(place, before, value, known);
      kinds.set(column, kind);
    }
  }
  return (
    known ?? new Schema([...kinds].map(([name, kind]) => Field.new(name, kind ? types[kind]() : new Null(), true)))
  );
}

/** Rows to a record batch of a schema that `inferSchema` gave for them. */
export function objectsToRecords(rows: readonly ObjectRow[], schema: Schema): RecordBatch {
  const children = schema.fields.map(({ name, type }) => {
    const values = rows.map((row) => {
      // What every object inherits, `toString` say, is no value of a column.
      const value = (name in Object.prototype && !Object.hasOwn(row, name) ? null : row[name]) ?? null;
      return value instanceof Date ? value.getTime() : value;
    });
    return vectorFromArray(values, type).data[0] ?? makeData({ type, length: 0 });
  });
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length: rows.length, nullCount: 0, children }));
}

function kindOf(value: unknown): Kind | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : 'date';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 'bigint' : undefined;
  const type = typeof value;
  return type === 'number' || type === 'boolean' || type === 'string' ? type : undefined;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`;
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${String(value)}`;
}

function unsupported(where: string, value: unknown): SchemaError {
  return new SchemaError({
    where,
    expected: 'a number, bigint of 64 bits, boolean, string, valid Date or null',
    received: describe(value),
    hint: 'Turn the value into one or several of those, or give Arrow record batches',
  });
}

function unlike(where: string, before: Kind | undefined, value: unknown, known: Schema | undefined): SchemaError {
  const names = known?.fields.map(({ name }) => name).join(', ');
  return new SchemaError({
    where,
    expected: before ? `a ${before} as in the rows before` : `values in the columns that have had some (of ${names})`,
    received: describe(value),
    hint: known
      ? 'The first rows of an iterable decide on its columns; where they cannot, give Arrow record batches'
      : 'Give each column values of one type; null stands for a missing one',
  });
}
