import { type Data, Type } from 'apache-arrow';

/**
 * The bytes of a column of strings: string `i` is `bytes[offsets[i * stride] ... offsets[(i + 1) * stride]]`.
 *
 * 64-bit offsets are seen as pairs of 32-bit ones, of which the first is the lower: an Arrow array in JavaScript is
 * shorter than 2^31 bytes.
 */
export interface StringColumn {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
  readonly stride: 1 | 2;
}

export function stringColumn({ typeId, values, valueOffsets }: Data): StringColumn {
  if (typeId !== Type.LargeUtf8) return { bytes: values, offsets: valueOffsets, stride: 1 };
  const { buffer, byteOffset, length } = valueOffsets as unknown as BigInt64Array;
  return { bytes: values, offsets: new Int32Array(buffer as ArrayBuffer, byteOffset, 2 * length), stride: 2 };
}
