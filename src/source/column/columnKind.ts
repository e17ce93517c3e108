import { type DataType, type Dictionary, type FixedSizeList, type List, Type } from 'apache-arrow';

/**
 * What a column holds, whatever its encoding: a dictionary of strings is `string`, integers, floats and decimals of every
 * width are `number`, dates are `timestamp`, lists of
 * numbers or booleans are `list`. `null` is a column of nulls that has no type yet.
 */
export type ColumnKind = 'number' | 'boolean' | 'string' | 'timestamp' | 'list' | 'null';

/** The kind of an Arrow type, or undefined for those that features, labels and derivations do not take. */
export function columnKind(type: DataType): ColumnKind | undefined {
  switch (type.typeId) {
    case Type.Null:
      return 'null';
    case Type.Bool:
      return 'boolean';
    case Type.Int:
    case Type.Float:
    case Type.Time:
    case Type.Duration:
    case Type.Decimal:
      return 'number';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'string';
    case Type.Date:
    case Type.Timestamp:
      return 'timestamp';
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList: {
      const item = columnKind((type as List | FixedSizeList).children[0].type);
      return item === 'number' || item === 'boolean' ? 'list' : undefined;
    }
    case Type.Dictionary:
      return columnKind((type as Dictionary).dictionary);
    default:
      return undefined;
  }
}
