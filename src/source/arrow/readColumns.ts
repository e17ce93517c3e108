import { constants } from 'node:buffer';
import * as zlib from 'node:zlib';
import {
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  type FixedSizeBinary,
  type FixedSizeList,
  type Interval,
  makeData,
  Type,
  type Union,
  type Vector,
} from 'apache-arrow';
import { ArrowDamage } from './arrowDamage.ts';
import type { RecordsMessage } from './arrowMetadata.ts';
import { decodeLz4 } from './lz4.ts';
import { wrongValues } from './wrongValues.ts';

/**
 * Columns out of the body of a message. Their sizes are held to the bytes that are there before anything is made of them, and what points
 * from one value to another to the values that there are: a damaged file is found where it is read and not where it is used.
 *
 * @param dictionaryOf by its number in the schema
 * @param isWanted the columns that are; of the others nothing is decompressed
 * @returns a column for each field, undefined for those that are not wanted
 * @throws ArrowDamage where something does not fit
 */
export function readColumns(
  fields: readonly Field[],
  message: RecordsMessage,
  body: Uint8Array,
  dictionaryOf: (id: number) => Vector | undefined,
  isWanted: (index: number) => boolean = () => true,
): (Data | undefined)[] {
  let [node, buffer, variadic] = [0, 0, 0];
  let left = body.length;

  /** The next buffer, which must have so many bytes at least; none where it is not wanted. */
  function take(needed: number, wanted: boolean): Uint8Array {
    if (buffer === message.buffers) throw new ArrowDamage('fewer buffers than its columns have');
    const { offset, length } = message.buffer(buffer++);
    if (offset < 0 || length < 0 || offset + length > body.length)
      throw new ArrowDamage('a buffer outside of its message');
    left -= length;
    if (left < 0) throw new ArrowDamage('buffers that lie on top of each other');
    if (!wanted) return empty;
    const raw = body.subarray(offset, offset + length);
    const bytes = message.codec === undefined || length === 0 ? raw : decompress(raw, message.codec);
    if (bytes.length < needed) throw new ArrowDamage(`${bytes.length} bytes where the rows take ${needed}`);
    return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  }

  function column(type: DataType, wanted: boolean, least: number): Data | undefined {
    if (node === message.nodes) throw new ArrowDamage('fewer columns than its schema has');
    const { rows: length, nulls } = message.node(node++);
    if (length < least) throw new ArrowDamage(`${length} values where ${least} are needed`);
    const { typeId } = type;
    if (typeId === Type.Null) return wanted ? make({ type, length }) : undefined;
    if (typeId === Type.Union) return union(type as Union, length, wanted);
    if (nulls < 0 || nulls > length) throw new ArrowDamage(`${nulls} nulls in ${length} rows`);
    const bitmap = take(nulls === 0 ? 0 : Math.ceil(length / 8), wanted);
    const parts = partsOf(type, length, wanted);
    if (!wanted) return undefined;
    const unset = bitmap.length * 8 < length ? 0 : length - countBits(bitmap, length);
    if (unset !== nulls) throw new ArrowDamage(`${nulls} nulls by their number, ${unset} by their bitmap`);
    const data = make({ type, length, nullCount: nulls, nullBitmap: nulls === 0 ? empty : bitmap, ...parts });
    const wrong = wrongValues(data);
    if (wrong) throw new ArrowDamage(wrong);
    return data;
  }

  function partsOf(type: DataType, rows: number, wanted: boolean): { readonly [part: string]: unknown } {
    const { typeId } = type;
    const offsetBytes = offsetBytesOf(typeId);
    const valueOffsets = offsetBytes > 0 ? take(rows === 0 ? 0 : offsetBytes * (rows + 1), wanted) : undefined;
    switch (typeId) {
      case Type.Utf8:
      case Type.Binary:
      case Type.LargeUtf8:
      case Type.LargeBinary:
        return { valueOffsets, data: take(0, wanted) };
      case Type.List:
      case Type.LargeList:
      case Type.Map:
        return { valueOffsets, child: column(type.children[0].type, wanted, 0) };
      case Type.FixedSizeList:
        return { child: column(type.children[0].type, wanted, rows * (type as FixedSizeList).listSize) };
      case Type.Struct:
        return { children: (type.children as Field[]).map((child) => column(child.type, wanted, rows)) };
      case Type.Utf8View:
      case Type.BinaryView: {
        const views = take(16 * rows, wanted);
        const count = message.variadic[variadic++] ?? 0;
        if (count < 0 || count > message.buffers) throw new ArrowDamage(`${count} buffers of views`);
        return { views, variadicBuffers: Array.from({ length: count }, () => take(0, wanted)) };
      }
      case Type.Dictionary: {
        const { id, indices } = type as Dictionary;
        const dictionary = dictionaryOf(id);
        return { data: take((rows * indices.bitWidth) / 8, wanted), ...(dictionary && { dictionary }) };
      }
      default:
        return { data: take(Math.ceil(rows * bytesOf(type)), wanted) };
    }
  }

  function union(type: Union, length: number, wanted: boolean): Data | undefined {
    // Until V5 a union had a bitmap of its own.
    if (message.version < 4) take(0, false);
    const isDense = type.mode === 1;
    const typeIds = take(length, wanted);
    const valueOffsets = isDense ? take(4 * length, wanted) : undefined;
    const children = type.children.map((child) => column(child.type, wanted, isDense ? 0 : length));
    return wanted ? make({ type, length, nullCount: 0, typeIds, valueOffsets, children }) : undefined;
  }

  const columns = fields.map(({ name, type }, index) => {
    const first = node;
    try {
      const data = column(type, isWanted(index), message.rows);
      const { rows } = message.node(first);
      if (rows !== message.rows) throw new ArrowDamage(`${rows} values in ${message.rows} rows`);
      return data;
    } catch (cause) {
      throw cause instanceof ArrowDamage ? new ArrowDamage(`column ${name}: ${cause.message}`, { cause }) : cause;
    }
  });
  if (node < message.nodes || buffer < message.buffers) throw new ArrowDamage('more columns than its schema has');
  return columns;
}

const empty = new Uint8Array(0);
/** Its own type wants a type that is known where it is written. */
const make = makeData as (parts: { readonly type: DataType; readonly [part: string]: unknown }) => Data;

function offsetBytesOf(typeId: Type): number {
  if (typeId === Type.Utf8 || typeId === Type.Binary || typeId === Type.List || typeId === Type.Map) return 4;
  return typeId === Type.LargeUtf8 || typeId === Type.LargeBinary || typeId === Type.LargeList ? 8 : 0;
}

/** Of one value of a type that has one buffer. */
function bytesOf(type: DataType): number {
  switch (type.typeId) {
    case Type.Bool:
      return 1 / 8;
    case Type.FixedSizeBinary:
      return (type as FixedSizeBinary).byteWidth;
    case Type.Decimal:
      return (type as Decimal).bitWidth / 8;
    case Type.Interval:
      return [4, 8, 16][(type as Interval).unit]!;
    default:
      return type.ArrayType.BYTES_PER_ELEMENT;
  }
}

/** A buffer that is compressed begins with its length, -1 where it is not compressed after all. */
function decompress(raw: Uint8Array, codec: 'lz4' | 'zstd'): Uint8Array {
  if (raw.length < 8) throw new ArrowDamage('a compressed buffer without its length');
  const length = Number(new DataView(raw.buffer, raw.byteOffset, 8).getBigInt64(0, true));
  const compressed = raw.subarray(8);
  if (length === -1) return compressed;
  if (!(length >= 0 && length <= constants.MAX_LENGTH)) throw new ArrowDamage(`a buffer of ${length} bytes`);
  const bytes = decode(compressed, codec, length);
  if (bytes.length !== length) throw new ArrowDamage(`${bytes.length} bytes decompressed, not ${length}`);
  return bytes;
}

function decode(compressed: Uint8Array, codec: 'lz4' | 'zstd', length: number): Uint8Array {
  try {
    if (codec === 'lz4') return decodeLz4(compressed, length);
    return zlib.zstdDecompressSync(compressed, { maxOutputLength: Math.max(1, length) });
  } catch (cause) {
    throw new ArrowDamage(`${codec}: ${(cause as Error).message}`, { cause });
  }
}

function countBits(bitmap: Uint8Array, bits: number): number {
  let count = 0;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) {
    let byte = bitmap[i]!;
    byte -= (byte >> 1) & 0x55;
    byte = (byte & 0x33) + ((byte >> 2) & 0x33);
    count += (byte + (byte >> 4)) & 0x0f;
  }
  for (let bit = whole << 3; bit < bits; bit++) count += (bitmap[bit >> 3]! >> (bit & 7)) & 1;
  return count;
}
