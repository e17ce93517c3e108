import {
  Bool,
  type DataType,
  DateDay,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int32,
  Int64,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
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

/** What the values of a list can be read as. */
export type ItemType = 'int32' | 'int64' | 'float32' | 'float64' | 'boolean';

/** A list of so many values, at most `longestList`: `float32[3]`. */
export type ListType = `${ItemType}[${number}]`;

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
export function arrowType(type: ColumnType | ListType): DataType {
  if (!isListType(type)) return arrowTypes[type]();
  const { item, size } = listOf(type)!;
  return new FixedSizeList(size, Field.new('item', arrowTypes[item](), true));
}

/** Values of a list; a line of JSON can hold some more, and nothing needs them. */
export const longestList = 9_999_999;

/** What a list holds, and how many of it; undefined for a type of single values. */
export function listOf(type: string): { readonly item: ItemType; readonly size: number } | undefined {
  const [, item, size] = /^(int32|int64|float32|float64|boolean)\[([1-9]\d{0,6})\]$/.exec(type) ?? [];
  return item === undefined ? undefined : { item: item as ItemType, size: Number(size) };
}

export function isListType(type: ColumnType | ListType): type is ListType {
  return listOf(type) !== undefined;
}

/**
 * @param lists whether the format has lists
 * @throws OptionError where a type is none, in types by column, or the one for all columns
 */
export function checkColumnTypes(where: string, types: unknown, lists = false): void {
  const given = typeof types === 'object' && types !== null ? Object.entries(types) : [['', types]];
  for (const [column, type] of given) {
    if (typeof type === 'string' && (Object.hasOwn(arrowTypes, type) || (lists && listOf(type)))) continue;
    throw new OptionError({
      where: column === '' ? where : `${where}: ${column}`,
      expected: `one of ${Object.keys(arrowTypes).join(', ')}${lists ? `, or a list of at most ${longestList}, as float64[3]` : ''}`,
      received: JSON.stringify(type),
    });
  }
}
