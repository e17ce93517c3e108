import {
  Bool,
  type DataType,
  DateDay,
  type Dictionary,
  Field,
  FixedSizeList,
  type Float,
  Float32,
  Float64,
  Int32,
  Int64,
  Null,
  Precision,
  type Schema,
  type Timestamp,
  TimestampMicrosecond,
  Type,
  Utf8,
} from 'apache-arrow';
import { type Bound, bound, either, oneOf } from '../../options/bounds.ts';

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

const itemTypes: readonly string[] = ['int32', 'int64', 'float32', 'float64', 'boolean'] satisfies ItemType[];

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

/** The type that Arrow has for it; null is that of columns without values. */
export function arrowType(type: ColumnType | ListType | null): DataType {
  if (type === null) return new Null();
  if (!isListType(type)) return arrowTypes[type]();
  const { item, size } = listOf(type)!;
  return new FixedSizeList(size, Field.new('item', arrowTypes[item](), true));
}

/**
 * The type of text that holds what a type of Arrow does; undefined where none does. Integers of every width are int64: text has no width.
 */
export function textType(type: DataType): ColumnType | ListType | undefined {
  switch (type.typeId) {
    case Type.Dictionary:
      return textType((type as Dictionary).dictionary);
    case Type.Int:
      return 'int64';
    case Type.Float:
      return (type as Float).precision === Precision.SINGLE ? 'float32' : 'float64';
    case Type.Decimal:
      return 'float64';
    case Type.Bool:
      return 'boolean';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'string';
    case Type.Date:
      return 'date';
    case Type.Timestamp:
      return (type as Timestamp).timezone ? 'timestampUtc' : 'timestamp';
    case Type.FixedSizeList: {
      const item = textType((type as FixedSizeList).valueType);
      return item && itemTypes.includes(item) ? `${item as ItemType}[${(type as FixedSizeList).listSize}]` : undefined;
    }
    default:
      return undefined;
  }
}

/** The types of text of the columns of a schema, those that have one; of some columns only, where they are named. */
export function textTypes(
  { fields }: Schema,
  columns?: readonly string[],
): { readonly [column: string]: ColumnType | ListType } {
  return Object.fromEntries(
    fields.flatMap(({ name, type }) => {
      const text = !columns || columns.includes(name) ? textType(type) : undefined;
      return text ? [[name, text]] : [];
    }),
  );
}

/**
 * The type that holds the values of both, where one of them is known and the other was declared: a column that is declared to be of integers may have
 * been one of numbers with decimal places. The one that is known where no type holds both.
 *
 * @example widerType('int64', 'float64') //=> 'float64'
 * @example widerType('string', 'int64') //=> 'string'
 */
export function widerType(
  known: ColumnType | ListType,
  declared: ColumnType | ListType | undefined,
): ColumnType | ListType {
  const [of, to] = [listOf(known), listOf(declared ?? '')];
  if (of && to && of.size === to.size) return `${widerType(of.item, to.item) as ItemType}[${of.size}]`;
  const isWider = (/^int/.test(known) && declared === 'float64') || (known === 'date' && declared === 'timestamp');
  return isWider && !of ? declared! : known;
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

/** What a column of single values can be read as. */
export const columnTypeBound: Bound<ColumnType> = oneOf(...(Object.keys(arrowTypes) as ColumnType[]));

/** What a column can be read as in a format that has lists. */
export const columnOrListBound: Bound<ColumnType | ListType> = either(
  columnTypeBound,
  bound<ListType>(
    `a list of at most ${longestList} values, as float64[3]`,
    (value) => typeof value === 'string' && listOf(value) !== undefined,
  ),
);
