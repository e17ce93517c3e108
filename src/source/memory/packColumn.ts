import { Bool, type Data, DataType, type FixedSizeList, makeData } from 'apache-arrow';

/** Values as objects have them, null and undefined for none. */
export type Values = ArrayLike<unknown>;

/**
 * Values to a column of Arrow.
 *
 * @param type as `typeOfValue` gave it for each of the values that are there, or Null
 */
export function packColumn(values: Values, type: DataType): Data {
  if (DataType.isNull(type)) return makeData({ type, length: values.length });
  if (DataType.isUtf8(type)) return packStrings(values, type);
  if (DataType.isFixedSizeList(type)) return packLists(values, type);
  const column = createFixed(type, values.length);
  for (let i = 0; i < values.length; i++) column.put(i, values[i]);
  return column.take();
}

/** Which values are not there; bits for all only where some are not. */
function createNulls(length: number) {
  let nullBitmap: Uint8Array | undefined;
  let nullCount = 0;
  return {
    add(at: number): void {
      nullBitmap ??= new Uint8Array((length + 7) >> 3).fill(255);
      nullBitmap[at >> 3]! &= ~(1 << (at & 7));
      nullCount++;
    },
    take: () => ({ nullBitmap, nullCount }),
  };
}

/** Values of a fixed width. */
function createFixed(type: DataType, length: number) {
  const isBool = type instanceof Bool;
  const data = new type.ArrayType(isBool ? (length + 7) >> 3 : length);
  const nulls = createNulls(length);
  return {
    data,
    nulls,
    put(at: number, value: unknown): void {
      if (value === null || value === undefined) nulls.add(at);
      else if (isBool) data[at >> 3] |= Number(value) << (at & 7);
      else data[at] = value instanceof Date ? BigInt(value.getTime()) : value;
    },
    take: (): Data => makeData({ type, length, ...nulls.take(), data } as never) as Data,
  };
}

function packLists(values: Values, type: FixedSizeList): Data {
  const { length } = values;
  const { listSize: size } = type;
  const items = createFixed(type.valueType, length * size);
  const nulls = createNulls(length);
  for (let row = 0; row < length; row++) {
    const list = values[row] as Values | null | undefined;
    if (list === null || list === undefined) nulls.add(row);
    else if (ArrayBuffer.isView(list)) items.data.set(list, row * size);
    else for (let i = 0; i < size; i++) items.put(row * size + i, list[i]);
  }
  return makeData({ type, length, ...nulls.take(), child: items.take() });
}

const encoder = new TextEncoder();

function packStrings(values: Values, type: DataType): Data {
  const { length } = values;
  const valueOffsets = new Int32Array(length + 1);
  const nulls = createNulls(length);
  let data = new Uint8Array(16 * length);
  let used = 0;
  for (let row = 0; row < length; row++) {
    const text = values[row] as string | null | undefined;
    if (text === null || text === undefined) nulls.add(row);
    else {
      // A character of UTF-16 has three bytes at the most.
      const needed = used + 3 * text.length;
      if (needed > data.length) {
        const larger = new Uint8Array(Math.max(needed, 2 * data.length));
        larger.set(data);
        data = larger;
      }
      used += encoder.encodeInto(text, data.subarray(used)).written;
    }
    valueOffsets[row + 1] = used;
  }
  return makeData({ type, length, ...nulls.take(), valueOffsets, data: data.subarray(0, used) } as never) as Data;
}
