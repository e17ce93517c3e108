import {
  Data,
  type DataType,
  type Date_,
  DateUnit,
  type Decimal,
  type Dictionary,
  type FixedSizeList,
  makeData,
  type Timestamp,
  TimeUnit,
  Type,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { readIndices } from './readIndices.ts';
import { readNumbers } from './readNumbers.ts';
import { type StringColumn, stringColumn } from './stringColumn.ts';

/** A value that its column's new type does not hold. */
export class CastError extends Error {
  readonly row: number;
  readonly expected: string;

  constructor(row: number, expected: string, received: string) {
    super(received);
    this.row = row;
    this.expected = expected;
  }
}

/**
 * A column as one of another type, of those that `commonType` gives for it and others. Rows and nulls stay.
 *
 * @throws CastError at an integer beyond 2^53 that is to be a float, and at a time that is beyond what the finer unit reaches
 */
export function castColumn(data: Data, to: DataType): Data {
  const { type } = data;
  if (`${type}` === `${to}`) return data;
  if (type.typeId === Type.Null) return nullColumn(to, data.length);
  switch (to.typeId) {
    case Type.Utf8:
      return castStrings(data, to);
    case Type.Dictionary:
      return withValues(data, to, Int32Array.from(readIndices(data)), data.dictionary);
    case Type.Int:
      return withValues(data, to, castIntegers(data, to));
    case Type.Float:
      return withValues(data, to, castFloats(data, to));
    case Type.Decimal:
      return data.clone(to);
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList: {
      const child = castColumn(data.children[0]!, to.children[0].type);
      return data.clone(to, data.offset, data.length, data.nullCount, data as never, [child]);
    }
    default:
      return withValues(data, to, castTimes(data, to));
  }
}

/** The same rows with other values; the bits of nulls keep their place. */
function withValues(data: Data, type: DataType, values: NodeJS.TypedArray, dictionary?: Vector): Data {
  const { offset, length, nullCount, nullBitmap } = data;
  return new Data(type, offset, length, nullCount, [undefined, values, nullBitmap] as never, [], dictionary);
}

function castIntegers({ values, length }: Data, to: DataType): NodeJS.TypedArray {
  const wider = new to.ArrayType(length);
  if (!(wider instanceof BigInt64Array || wider instanceof BigUint64Array)) {
    wider.set(values.subarray(0, length));
    return wider;
  }
  const halves = new Int32Array(wider.buffer);
  for (let i = 0; i < length; i++) {
    halves[2 * i] = values[i];
    halves[2 * i + 1] = values[i] < 0 ? -1 : 0;
  }
  return wider;
}

function castFloats(data: Data, to: DataType): NodeJS.TypedArray {
  const numbers = readNumbers(data);
  if (data.typeId === Type.Int)
    for (let row = 0; row < numbers.length; row++) {
      // Of nulls it is NaN.
      if (Math.abs(numbers[row]!) > Number.MAX_SAFE_INTEGER)
        throw new CastError(
          row,
          'an integer up to 2^53, since the column is one of floats elsewhere',
          `${data.values[row]}`,
        );
    }
  return to.ArrayType === Float64Array ? numbers : to.ArrayType.from(numbers);
}

function castStrings(data: Data, to: DataType): Data {
  const { length, dictionary, nullCount } = data;
  const indices = dictionary && readIndices(data);
  const { bytes: from, offsets, stride } = dictionary ? joined(dictionary.data) : stringColumn(data);
  const hasNulls = nullCount > 0 || (dictionary?.nullCount ?? 0) > 0;
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  const valueOffsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    const at = indices ? indices[row]! : row;
    const isValid = !hasNulls || (data.getValid(row) && (!dictionary || dictionary.isValid(at)));
    if (isValid) nullBitmap[row >> 3]! |= 1 << (row & 7);
    const size = isValid ? offsets[(at + 1) * stride]! - offsets[at * stride]! : 0;
    valueOffsets[row + 1] = valueOffsets[row]! + size;
  }
  const bytes = new Uint8Array(valueOffsets[length]!);
  for (let row = 0; row < length; row++) {
    const to = valueOffsets[row]!;
    const size = valueOffsets[row + 1]! - to;
    const begin = offsets[(indices ? indices[row]! : row) * stride]!;
    for (let i = 0; i < size; i++) bytes[to + i] = from[begin + i]!;
  }
  return makeData({ type: to, length, valueOffsets, data: bytes, ...(hasNulls && { nullBitmap }) } as never);
}

/** The parts of a dictionary as one column. */
function joined(parts: readonly Data[]): StringColumn {
  const columns = parts.map(stringColumn);
  if (columns.length === 1) return columns[0]!;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const offsets = new Int32Array(length + 1);
  const bytes: Uint8Array[] = [];
  let row = 0;
  for (const [i, { bytes: from, offsets: of, stride }] of columns.entries()) {
    const begin = of[0]!;
    for (let at = 1; at <= parts[i]!.length; at++, row++) {
      offsets[row + 1] = offsets[row]! + of[at * stride]! - of[(at - 1) * stride]!;
    }
    bytes.push(from.subarray(begin, of[parts[i]!.length * stride]));
  }
  return { bytes: Buffer.concat(bytes), offsets, stride: 1 };
}

/** Of a second, by unit. */
const perSecond: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1_000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

function castTimes(data: Data, to: DataType): NodeJS.TypedArray {
  const { type, values, length } = data;
  const unitOf = (type: DataType) => (type.typeId === Type.Date ? TimeUnit.MILLISECOND : (type as Timestamp).unit);
  const isDays = type.typeId === Type.Date && (type as Date_).unit === DateUnit.DAY;
  const factor = isDays ? 86_400n * perSecond[unitOf(to)] : perSecond[unitOf(to)] / perSecond[unitOf(type)];
  const finer = new to.ArrayType(length);
  for (let row = 0; row < length; row++) {
    const value = BigInt(values[row]) * factor;
    // What lies under a null is anything.
    if (BigInt.asIntN(64, value) !== value && data.getValid(row))
      throw new CastError(row, `a time that ${to} reaches, which the column is elsewhere`, `${values[row]} of ${type}`);
    finer[row] = finer instanceof BigInt64Array ? value : Number(value);
  }
  return finer;
}

/** A column without a value. */
function nullColumn(type: DataType, length: number): Data {
  const nullBitmap = new Uint8Array((length + 7) >> 3);
  const nulls = { type, length, nullCount: length, nullBitmap };
  const make = (parts: object): Data => makeData({ ...nulls, ...parts } as never);
  switch (type.typeId) {
    case Type.Null:
      return makeData({ type, length } as never);
    case Type.Bool:
      return make({ data: nullBitmap });
    case Type.Utf8:
    case Type.LargeUtf8:
      return make({ data: new Uint8Array(0), valueOffsets: new type.OffsetArrayType(length + 1) });
    case Type.Utf8View:
      return make({ views: new Uint8Array(16 * length) });
    case Type.Dictionary: {
      const { indices, dictionary } = type as Dictionary;
      return make({ data: new indices.ArrayType(length), dictionary: vectorFromArray([], dictionary) });
    }
    case Type.List:
    case Type.LargeList:
      return make({ valueOffsets: new type.OffsetArrayType(length + 1), child: nullColumn(type.children[0].type, 0) });
    case Type.FixedSizeList:
      return make({ child: nullColumn(type.children[0].type, length * (type as FixedSizeList).listSize) });
    case Type.Decimal:
      return make({ data: new Uint32Array((length * (type as Decimal).bitWidth) / 32) });
    default:
      return make({ data: new type.ArrayType(length) });
  }
}
