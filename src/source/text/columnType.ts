import { Bool, type DataType, DateDay, Float32, Float64, Int32, Int64, TimestampMicrosecond, Utf8 } from 'apache-arrow';
import { OptionError } from '../../errors.ts';

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

const arrowTypes: Readonly<Record<ColumnType, () => DataType>> = {
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

/** The type that Arrow has for it. */
export function arrowType(type: ColumnType): DataType {
  return arrowTypes[type]();
}

/** @throws OptionError where a type is none, in types by column, or the one for all columns */
export function checkColumnTypes(where: string, types: unknown): void {
  const given = typeof types === 'object' && types !== null ? Object.entries(types) : [['', types]];
  for (const [column, type] of given) {
    if (typeof type === 'string' && Object.hasOwn(arrowTypes, type)) continue;
    throw new OptionError({
      where: column === '' ? where : `${where}: ${column}`,
      expected: `one of ${Object.keys(arrowTypes).join(', ')}`,
      received: JSON.stringify(type),
    });
  }
}
