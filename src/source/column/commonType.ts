import {
  type DataType,
  DateMillisecond,
  type Decimal,
  Dictionary,
  Duration,
  Field,
  FixedSizeList,
  Float,
  Float64,
  Int,
  Int32,
  LargeList,
  List,
  Time,
  Timestamp,
  TimeUnit,
  Type,
  Utf8,
} from 'apache-arrow';
import { columnKind } from './columnKind.ts';

/**
 * The narrowest type that holds the values of two columns of one meaning: a wider number, strings however they are encoded, points in time of the
 * finer unit, what the other is where one is all nulls.
 *
 * @returns undefined where they mean different things: numbers and strings, times with a zone and without, lists of other lengths
 */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (`${a}` === `${b}`) return a;
  if (a.typeId === Type.Null) return columnKind(b) && b;
  if (b.typeId === Type.Null) return columnKind(a) && a;
  const kind = columnKind(a);
  if (kind !== columnKind(b)) return undefined;
  if (kind === 'string') return commonStrings(a, b);
  // Dictionaries of other things than strings are rare.
  if (a.typeId === Type.Dictionary || b.typeId === Type.Dictionary) return undefined;
  if (kind === 'number') return commonNumbers(a, b);
  if (kind === 'timestamp') return commonTimes(a, b);
  return kind === 'list' ? commonLists(a, b) : undefined;
}

/** Categories have narrower indices in a file with fewer of them. */
function commonStrings(a: DataType, b: DataType): DataType {
  const areDictionaries = a.typeId === Type.Dictionary && b.typeId === Type.Dictionary;
  const isSame = areDictionaries && `${(a as Dictionary).dictionary}` === `${(b as Dictionary).dictionary}`;
  return isSame ? new Dictionary((a as Dictionary).dictionary, new Int32()) : new Utf8();
}

function commonNumbers(a: DataType, b: DataType): DataType | undefined {
  const isTime = (type: DataType) => type.typeId === Type.Time || type.typeId === Type.Duration;
  if (isTime(a) || isTime(b)) {
    if (a.typeId !== b.typeId) return undefined;
    const unit = Math.max((a as Time).unit, (b as Time).unit);
    return a.typeId === Type.Time ? new Time(unit, unit <= TimeUnit.MILLISECOND ? 32 : 64) : new Duration(unit);
  }
  if (a.typeId === Type.Int && b.typeId === Type.Int) return commonIntegers(a as Int, b as Int);
  if (a.typeId === Type.Float && b.typeId === Type.Float)
    return new Float(Math.max((a as Float).precision, (b as Float).precision));
  if (a.typeId === Type.Decimal && b.typeId === Type.Decimal) {
    const [one, other] = [a as Decimal, b as Decimal];
    if (one.scale === other.scale && one.bitWidth === other.bitWidth)
      return one.precision >= other.precision ? one : other;
  }
  return new Float64();
}

function commonIntegers(a: Int, b: Int): DataType {
  if (a.isSigned === b.isSigned) return a.bitWidth >= b.bitWidth ? a : b;
  const [signed, unsigned] = a.isSigned ? [a, b] : [b, a];
  const bits = Math.max(signed.bitWidth, 2 * unsigned.bitWidth);
  // Of 64 bits without a sign and such with one, only floats hold both.
  return bits > 64 ? new Float64() : new Int(true, bits as 16 | 32 | 64);
}

/** Days and times without a zone are one kind, times with one another. */
function commonTimes(a: DataType, b: DataType): DataType | undefined {
  const zoneOf = (type: DataType) => (type.typeId === Type.Timestamp ? (type as Timestamp).timezone : null) ?? null;
  const [zone, other] = [zoneOf(a), zoneOf(b)];
  if ((zone === null) !== (other === null)) return undefined;
  if (a.typeId === Type.Date && b.typeId === Type.Date) return new DateMillisecond();
  const unitOf = (type: DataType) => (type.typeId === Type.Timestamp ? (type as Timestamp).unit : TimeUnit.MILLISECOND);
  return new Timestamp(Math.max(unitOf(a), unitOf(b)), zone);
}

function commonLists(a: DataType, b: DataType): DataType | undefined {
  if (a.typeId !== b.typeId) return undefined;
  const [item, other] = [a.children[0] as Field, b.children[0] as Field];
  const type = commonType(item.type, other.type);
  if (type === undefined) return undefined;
  const field = new Field(item.name, type, item.nullable || other.nullable);
  if (a.typeId === Type.List) return new List(field);
  if (a.typeId === Type.LargeList) return new LargeList(field);
  const { listSize } = a as FixedSizeList;
  return listSize === (b as FixedSizeList).listSize ? new FixedSizeList(listSize, field) : undefined;
}
