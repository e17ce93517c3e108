import { type Data, Type } from 'apache-arrow';

/**
 * The bytes of a column of strings: string `i` is `bytes[offsets[i * stride] ... offsets[(i + 1) * stride]]`.
 *
 * 64-bit offsets are seen as pairs of 32-bit ones, of which the first is the lower: an Arrow array in JavaScript is
 * shorter than 2^31 bytes. Views are copied.
 */
export interface StringColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly stride: 1 | 2;
}

export function stringColumn(data: Data): StringColumn {
  const { typeId, values, valueOffsets } = data;
  if (typeId === Type.Utf8View) return flattenViews(data);
  if (typeId !== Type.LargeUtf8) return { bytes: values, offsets: valueOffsets, stride: 1 };
  const { buffer, byteOffset, length } = valueOffsets as unknown as BigInt64Array;
  return { bytes: values, offsets: new Int32Array(buffer as ArrayBuffer, byteOffset, 2 * length), stride: 2 };
}

/** Views, which lie here and there, one after the other. A null is empty: what its view holds is not meant. */
function flattenViews(data: Data): StringColumn {
  const { length, values, nullCount } = data;
  const views = new DataView(values.buffer, values.byteOffset, VIEW_BYTES * length);
  const offsets = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) {
    const size = nullCount === 0 || data.getValid(row) ? views.getInt32(VIEW_BYTES * row, true) : 0;
    offsets[row + 1] = offsets[row] + size;
  }
  const bytes = new Uint8Array(offsets[length]);
  for (let row = 0; row < length; row++) {
    const size = offsets[row + 1] - offsets[row];
    const at = VIEW_BYTES * row;
    const isInlined = size <= INLINED_BYTES;
    const from = isInlined ? at + 4 : views.getInt32(at + 12, true);
    const source = isInlined ? values : data.variadicBuffers[views.getInt32(at + 8, true)];
    bytes.set(source.subarray(from, from + size), offsets[row]);
  }
  return { bytes, offsets, stride: 1 };
}

/** A view: the length, and the string, or its first four bytes, the number of a buffer and the place in it. */
const VIEW_BYTES = 16;
const INLINED_BYTES = 12;
