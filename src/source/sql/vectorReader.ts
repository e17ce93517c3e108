import type { DuckDBArrayType, DuckDBEnumType, DuckDBType } from '@duckdb/node-api';
import type { Vector as DuckDbVector } from '@duckdb/node-bindings';
import {
  type Data,
  type DataType,
  type Dictionary,
  type FixedSizeList,
  makeData,
  Type,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { createValidity, type Validity } from '../validity.ts';
import type { DuckDbBindings } from './loadDuckDb.ts';

/** Copies the values of one column out of DuckDB's vectors, until they are taken as a column of Arrow. */
export interface VectorReader {
  /** Appends the rows from `begin` to before `end` of a vector. */
  read(vector: DuckDbVector, begin: number, end: number): void;
  /** What was read since the last take. */
  take(): Data;
}

/** @param type what `arrowTypeOf` gives for the column */
export function createVectorReader(bindings: DuckDbBindings, from: DuckDBType, type: DataType): VectorReader {
  const validity = createValidity();
  const values = valuesOf(bindings, from, type);
  let length = 0;
  return {
    read(vector, begin, end) {
      const bits = bindings.vector_get_validity(vector, 8 * Math.ceil(end / 64));
      validity.reserve(length + end - begin);
      for (let row = begin, at = length; row < end; row++, at++) {
        if (isValid(bits, row)) validity.set(at);
        else validity.unset();
      }
      values.read(vector, bits, begin, end, length);
      length += end - begin;
    },
    take() {
      const taken = values.take(length, validity.take(length));
      length = 0;
      return taken;
    },
  };
}

/** A bit for each row as in Arrow, or none where no row is null. */
type Bits = Uint8Array | null;

function isValid(bits: Bits, row: number): boolean {
  return bits === null || ((bits[row >> 3]! >> (row & 7)) & 1) === 1;
}

/** The values of a column without its nulls. */
interface Values {
  /** @param to the rows before */
  read(vector: DuckDbVector, bits: Bits, begin: number, end: number, to: number): void;
  take(length: number, nulls: ReturnType<Validity['take']>): Data;
}

function valuesOf(bindings: DuckDbBindings, from: DuckDBType, type: DataType): Values {
  switch (type.typeId) {
    case Type.Bool:
      return booleans(bindings, type);
    case Type.Utf8:
    case Type.Binary:
      return texts(bindings, type);
    case Type.FixedSizeList:
      return lists(bindings, from as DuckDBArrayType, type as FixedSizeList);
    case Type.Decimal:
      return numbers(bindings, type, 16, 'width' in from ? decimalBytes(from.width) : 16);
    case Type.Dictionary: {
      const dictionary = vectorFromArray([...(from as DuckDBEnumType).values], new Utf8());
      const { indices } = type as Dictionary;
      return numbers(bindings, type, indices.bitWidth / 8, indices.bitWidth / 8, { dictionary });
    }
    default: {
      const { BYTES_PER_ELEMENT } = type.ArrayType as { readonly BYTES_PER_ELEMENT: number };
      return numbers(bindings, type, BYTES_PER_ELEMENT, BYTES_PER_ELEMENT);
    }
  }
}

function decimalBytes(digits: number): number {
  if (digits <= 4) return 2;
  if (digits <= 9) return 4;
  return digits <= 18 ? 8 : 16;
}

/** Numbers lie beside each other as in Arrow; only short decimals are to be made longer. */
function numbers(
  bindings: DuckDbBindings,
  type: DataType,
  width: number,
  widthBelow: number,
  more: { readonly dictionary?: unknown } = {},
): Values {
  let bytes = new Uint8Array(1024 * width);
  return {
    read(vector, _, begin, end, to) {
      bytes = roomFor(bytes, (to + end - begin) * width);
      const below = bindings.vector_get_data(vector, end * widthBelow);
      if (width === widthBelow) bytes.set(below.subarray(begin * width), to * width);
      else widen(bytes, to, below.subarray(begin * widthBelow), widthBelow);
    },
    take(length, nulls) {
      const size = length * width;
      const Numbers = type.ArrayType;
      const data = new Numbers(bytes.buffer, 0, size / Numbers.BYTES_PER_ELEMENT);
      bytes = new Uint8Array(bytes.length);
      return makeData({ type, length, ...nulls, ...more, data } as never) as Data;
    },
  };
}

/** Signed integers of a few bytes as such of 16. */
function widen(bytes: Uint8Array, to: number, below: Uint8Array, widthBelow: number): void {
  const out = new Int32Array(bytes.buffer);
  const view = new DataView(below.buffer, below.byteOffset, below.byteLength);
  for (let at = 0, i = 4 * to; at < below.length; at += widthBelow, i += 4) {
    const low = widthBelow === 2 ? view.getInt16(at, true) : view.getInt32(at, true);
    const next = widthBelow === 8 ? view.getInt32(at + 4, true) : low >> 31;
    out[i] = low;
    out[i + 1] = next;
    out[i + 2] = next >> 31;
    out[i + 3] = next >> 31;
  }
}

/** A byte each, of which Arrow makes a bit. */
function booleans({ vector_get_data }: DuckDbBindings, type: DataType): Values {
  let packed = new Uint8Array(128);
  return {
    read(vector, _, begin, end, to) {
      packed = roomFor(packed, (to + end - begin + 7) >> 3);
      const bytes = vector_get_data(vector, end);
      for (let row = begin, at = to; row < end; row++, at++) packed[at >> 3]! |= (bytes[row]! & 1) << (at & 7);
    },
    take(length, nulls) {
      const data = packed.subarray(0, (length + 7) >> 3);
      packed = new Uint8Array(packed.length);
      return makeData({ type, length, ...nulls, data } as never) as Data;
    },
  };
}

/** Of a text DuckDB has its length and up to twelve bytes, or four of them and where it is. */
const stringBytes = 16;
const longestInlined = 12;
/** What the offsets of a column can tell apart. */
const mostText = 2 ** 31 - 1;

function texts({ vector_get_data, get_data_from_pointer }: DuckDbBindings, type: DataType): Values {
  let text = new Uint8Array(8192);
  let offsets = new Int32Array(1025);
  let used = 0;
  return {
    read(vector, bits, begin, end, to) {
      const bytes = vector_get_data(vector, end * stringBytes);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (to + end - begin >= offsets.length) {
        const longer = new Int32Array(Math.max(to + end - begin + 1, 2 * offsets.length));
        longer.set(offsets);
        offsets = longer;
      }
      for (let row = begin, at = to; row < end; row++, at++) {
        const begins = row * stringBytes;
        // Of a row without a value these bytes are anything.
        const length = isValid(bits, row) ? view.getUint32(begins, true) : 0;
        if (used + length > mostText) throw new RangeError(`more than ${mostText} bytes of text`);
        text = roomFor(text, used + length);
        if (length <= longestInlined) for (let i = begins + 4; i < begins + 4 + length; i++) text[used++] = bytes[i]!;
        else {
          const pointer = bytes.byteOffset + begins + 8;
          text.set(get_data_from_pointer(bytes.buffer as ArrayBuffer, pointer, length), used);
          used += length;
        }
        offsets[at + 1] = used;
      }
    },
    take(length, nulls) {
      const valueOffsets = offsets.subarray(0, length + 1);
      const data = text.subarray(0, used);
      text = new Uint8Array(text.length);
      offsets = new Int32Array(offsets.length);
      used = 0;
      return makeData({ type, length, ...nulls, valueOffsets, data } as never) as Data;
    },
  };
}

function lists(bindings: DuckDbBindings, { valueType, length: items }: DuckDBArrayType, type: FixedSizeList): Values {
  const reader = createVectorReader(bindings, valueType, type.children[0]!.type);
  return {
    read: (vector, _, begin, end) => reader.read(bindings.array_vector_get_child(vector), begin * items, end * items),
    take: (length, nulls) => makeData({ type, length, ...nulls, child: reader.take() }),
  };
}

function roomFor(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(size, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}
