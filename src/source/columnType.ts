import { Bool, type DataType, DateDay, Float32, Float64, Int32, Int64, TimestampMicrosecond, Utf8 } from 'apache-arrow';

/**
 * What a column of text can be read as. `timestamp` is written without a zone; `timestampUtc` with one, and turned to UTC; both
 * in microseconds.
 */
export type ColumnType =
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'string'
  | 'date'
  | 'timestamp'
  | 'timestampUtc';

const types: Readonly<Record<ColumnType, () => DataType>> = {
  int32: () => new Int32(),
  int64: () => new Int64(),
  float32: () => new Float32(),
  float64: () => new Float64(),
  boolean: () => new Bool(),
  string: () => new Utf8(),
  date: () => new DateDay(),
  timestamp: () => new TimestampMicrosecond(),
  timestampUtc: () => new TimestampMicrosecond('UTC'),
};

/** All of them, for errors. */
export const columnTypes = Object.keys(types) as readonly ColumnType[];

export function isColumnType(name: unknown): name is ColumnType {
  return typeof name === 'string' && Object.hasOwn(types, name);
}

/** The type that Arrow has for it. */
export function arrowType(type: ColumnType): DataType {
  return types[type]();
}
