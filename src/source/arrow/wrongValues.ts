import { type Data, Type } from 'apache-arrow';

/**
 * Looks for values of a column that point to what is not there: offsets, views and indices.
 *
 * @returns what is wrong, or undefined
 */
export function wrongValues(data: Data): string | undefined {
  switch (data.typeId) {
    case Type.Utf8:
    case Type.Binary:
    case Type.LargeUtf8:
    case Type.LargeBinary:
      return wrongOffsets(data, data.values.length);
    case Type.List:
    case Type.LargeList:
    case Type.Map:
      return wrongOffsets(data, data.children[0]!.length);
    case Type.Utf8View:
    case Type.BinaryView:
      return wrongViews(data);
    case Type.Dictionary:
      return wrongIndices(data);
    default:
      return undefined;
  }
}

function wrongOffsets({ valueOffsets, length }: Data, end: number): string | undefined {
  if (length === 0) return undefined;
  if (Number(valueOffsets[0]) < 0 || Number(valueOffsets[length]) > end) return 'an offset beyond the values';
  for (let i = 0; i < length; i++) if (valueOffsets[i]! > valueOffsets[i + 1]!) return 'offsets that go back';
  return undefined;
}

/** Of 16 bytes each: the length, and what has up to 12 bytes; or four of them, the number of a buffer and the place in it. */
function wrongViews(data: Data): string | undefined {
  const { length, values, variadicBuffers } = data;
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

function wrongIndices(data: Data): string | undefined {
  const indices = data.values as ArrayLike<number | bigint>;
  const size = data.dictionary?.length ?? 0;
  for (let i = 0; i < data.length; i++) {
    const index = indices[i]!;
    if ((index < 0 || index >= size) && data.getValid(i)) return `an index of ${index} into a dictionary of ${size}`;
  }
  return undefined;
}
