import { type Data, type Dictionary, type FixedSizeList, Type } from 'apache-arrow';

/**
 * Holds the buffers of a column to its length, so that a damaged file is found where it is read and not where it is used.
 *
 * @returns what is wrong, or undefined
 */
export function checkData(data: Data): string | undefined {
  const { length, typeId, offset } = data;
  if (!(length >= 0)) return `${length} rows`;
  const end = offset + length;
  if (data.nullCount > 0 && data.nullBitmap && data.nullBitmap.length * 8 < end && typeId !== Type.Null) {
    return 'a bitmap of nulls that is too short';
  }
  if (typeId === Type.Null || typeId === Type.Union || length === 0) return undefined;
  if (typeId === Type.Struct) return checkChildren(data, length);
  if (typeId === Type.FixedSizeList) return checkChildren(data, length * (data.type as FixedSizeList).listSize);
  if (typeId === Type.List || typeId === Type.LargeList || typeId === Type.Map) {
    const child = data.children[0];
    return child ? (checkOffsets(data, child.length) ?? checkData(child)) : 'a list without values';
  }
  if (typeId === Type.Utf8 || typeId === Type.Binary || typeId === Type.LargeUtf8 || typeId === Type.LargeBinary) {
    return checkOffsets(data, data.values?.length ?? 0);
  }
  if (typeId === Type.Utf8View || typeId === Type.BinaryView) return checkViews(data);
  const values = data.values as ArrayLike<number> | undefined;
  const needed = typeId === Type.Bool ? Math.ceil(end / 8) : length * data.stride;
  if (!values || values.length < needed) return 'fewer values than rows';
  return typeId === Type.Dictionary ? (checkDictionary(data) ?? checkIndices(data, values)) : undefined;
}

/** Dictionaries that have been looked at: many record batches have the same one. */
const checked = new WeakSet<Data>();

function checkDictionary(data: Data): string | undefined {
  for (const part of (data as Data<Dictionary>).dictionary?.data ?? []) {
    if (checked.has(part)) continue;
    const wrong = checkData(part);
    if (wrong) return `a dictionary with ${wrong}`;
    checked.add(part);
  }
  return undefined;
}

function checkChildren({ children }: Data, length: number): string | undefined {
  for (const child of children) {
    if (child.length < length) return 'fewer values than rows';
    const wrong = checkData(child);
    if (wrong) return wrong;
  }
  return undefined;
}

function checkOffsets({ valueOffsets, length }: Data, end: number): string | undefined {
  if (!valueOffsets || valueOffsets.length <= length) return 'fewer offsets than rows';
  if (Number(valueOffsets[0]) < 0 || Number(valueOffsets[length]) > end) return 'an offset beyond the values';
  for (let i = 0; i < length; i++) if (valueOffsets[i]! > valueOffsets[i + 1]!) return 'offsets that go back';
  return undefined;
}

/** Of 16 bytes each: the length, and what has up to 12 bytes; or four of them, the number of a buffer and the place in it. */
function checkViews(data: Data): string | undefined {
  const { length, values, variadicBuffers } = data;
  if (!(values?.length >= 16 * length)) return 'fewer views than rows';
  const views = new DataView(values.buffer, values.byteOffset, 16 * length);
  for (let row = 0; row < length; row++) {
    if (!data.getValid(row)) continue;
    const size = views.getInt32(16 * row, true);
    const place = views.getInt32(16 * row + 12, true);
    const isInlined = size >= 0 && size <= 12;
    const held = variadicBuffers[views.getInt32(16 * row + 8, true)]?.length ?? -1;
    if (!isInlined && (size < 0 || place < 0 || place + size > held)) return 'a view beyond the values';
  }
  return undefined;
}

function checkIndices(data: Data, indices: ArrayLike<number | bigint>): string | undefined {
  const size = (data as Data<Dictionary>).dictionary?.length ?? 0;
  for (let i = 0; i < data.length; i++) {
    const index = indices[i]!;
    if ((index < 0 || index >= size) && data.getValid(i)) return `an index of ${index} into a dictionary of ${size}`;
  }
  return undefined;
}
