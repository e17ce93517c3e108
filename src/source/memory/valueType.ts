import {
  Bool,
  type DataType,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimestampMillisecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';

const number = new Float64();
const boolean = new Bool();
const string = new Utf8();
const date = new TimestampMillisecond();
const bigint = new Int64();
const bytes = new Uint8();

/** What arrays of one type hold, by the names that they have themselves, which subclasses share. */
const itemsOfArrays: Readonly<Record<string, DataType>> = {
  Float32Array: new Float32(),
  Float64Array: number,
  Int8Array: new Int8(),
  Int16Array: new Int16(),
  Int32Array: new Int32(),
  BigInt64Array: bigint,
  Uint8Array: bytes,
  Uint8ClampedArray: bytes,
  Uint16Array: new Uint16(),
  Uint32Array: new Uint32(),
  BigUint64Array: new Uint64(),
};

const lists = new Map<DataType, Map<number, DataType>>();

/**
 * The type of Arrow for a value that an object has, always the same object for the same type: number Float64, boolean Bool, string Utf8,
 * Date TimestampMillisecond, bigint Int64; an array of numbers, booleans or bigints, or a typed one, is a fixed-size list of its length, in
 * which nulls may be.
 *
 * @returns undefined for what has none: an invalid Date, a bigint of more than 64 bits, an empty array or one of other values, an object
 */
export function typeOfValue(value: unknown): DataType | undefined {
  switch (typeof value) {
    case 'number':
      return number;
    case 'boolean':
      return boolean;
    case 'string':
      return string;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? bigint : undefined;
    case 'object':
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : date;
      if (Array.isArray(value)) return listOf(itemOf(value), value.length);
      if (ArrayBuffer.isView(value)) {
        const { [Symbol.toStringTag]: name, length = 0 } = value as { [Symbol.toStringTag]?: string; length?: number };
        return listOf(itemsOfArrays[name ?? ''], length);
      }
  }
  return undefined;
}

/** The type in words: `a number`, `a list of 3 numbers`. */
export function describeType(type: DataType): string {
  if (!(type instanceof FixedSizeList)) return names.get(type) ?? `${type}`;
  const { listSize: size, valueType: item } = type;
  const known = namesOfItems.get(item);
  return `a list of ${size} ${known ?? 'number'}${size > 1 ? 's' : ''}${known ? '' : ` of type ${item}`}`;
}

const names: ReadonlyMap<DataType, string> = new Map<DataType, string>([
  [number, 'a number'],
  [boolean, 'a boolean'],
  [string, 'a string'],
  [date, 'a Date'],
  [bigint, 'a bigint'],
]);

const namesOfItems: ReadonlyMap<DataType, string> = new Map<DataType, string>([
  [number, 'number'],
  [boolean, 'boolean'],
  [bigint, 'bigint'],
]);

/** The type that all values of an array have which are there. */
function itemOf(values: readonly unknown[]): DataType | undefined {
  let item: DataType | undefined;
  // An array may have holes, which `for of` sees, and a callback does not.
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const type = typeOfValue(value);
    if (!type || !namesOfItems.has(type) || (item && type !== item)) return undefined;
    item = type;
  }
  return item ?? number;
}

function listOf(item: DataType | undefined, size: number): DataType | undefined {
  if (!item || size === 0) return undefined;
  const ofItem = lists.get(item) ?? new Map<number, DataType>();
  const list = ofItem.get(size) ?? new FixedSizeList(size, new Field('item', item, true));
  lists.set(item, ofItem.set(size, list));
  return list;
}
