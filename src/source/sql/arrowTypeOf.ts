import type { DuckDBArrayType, DuckDBDecimalType, DuckDBEnumType, DuckDBType } from '@duckdb/node-api';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { DuckDbApi } from './loadDuckDb.ts';

/** The types of which one says all. */
const plain: Readonly<Record<string, () => DataType>> = {
  BOOLEAN: () => new Bool(),
  TINYINT: () => new Int8(),
  SMALLINT: () => new Int16(),
  INTEGER: () => new Int32(),
  BIGINT: () => new Int64(),
  UTINYINT: () => new Uint8(),
  USMALLINT: () => new Uint16(),
  UINTEGER: () => new Uint32(),
  UBIGINT: () => new Uint64(),
  // What a sum of integers is.
  HUGEINT: () => new Decimal(0, 38),
  FLOAT: () => new Float32(),
  DOUBLE: () => new Float64(),
  VARCHAR: () => new Utf8(),
  BLOB: () => new Binary(),
  DATE: () => new DateDay(),
  TIME: () => new TimeMicrosecond(),
  TIMESTAMP: () => new TimestampMicrosecond(),
  TIMESTAMP_S: () => new TimestampSecond(),
  TIMESTAMP_MS: () => new TimestampMillisecond(),
  TIMESTAMP_NS: () => new TimestampNanosecond(),
  TIMESTAMP_TZ: () => new TimestampMicrosecond('UTC'),
};

/** What a column of DuckDB becomes; undefined for the types that nothing is made of. */
export function arrowTypeOf(api: DuckDbApi, type: DuckDBType): DataType | undefined {
  const name = api.DuckDBTypeId[type.typeId]!;
  if (name === 'DECIMAL') {
    const { scale, width } = type as DuckDBDecimalType;
    return new Decimal(scale, width);
  }
  if (name === 'ENUM') {
    const indices = { UTINYINT: new Uint8(), USMALLINT: new Uint16() };
    const index = api.DuckDBTypeId[(type as DuckDBEnumType).internalTypeId] as keyof typeof indices;
    return new Dictionary(new Utf8(), indices[index] ?? new Uint32());
  }
  if (name === 'ARRAY') {
    const { length, valueType } = type as DuckDBArrayType;
    const item = arrowTypeOf(api, valueType);
    return item && new FixedSizeList(length, new Field('item', item, true));
  }
  return plain[name]?.();
}
