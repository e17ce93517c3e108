import { CheckpointError } from '../errors.ts';
import { parseHeader } from './safetensorsHeader.ts';
import type { Tensor } from './types.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The types of numbers that are read and written, widest first. */
const dtypes = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
type Dtype = keyof typeof dtypes;

/** Types of numbers that are read as wider ones: those of files that other programs have written. */
const converted: Readonly<
  Record<string, { readonly size: number; readonly read: (bytes: Uint8Array) => Tensor['data'] }>
> = {
  F16: { size: 2, read: ({ buffer }) => Float32Array.from(new Float16Array(buffer as ArrayBuffer)) },
  // The upper half of a float32.
  BF16: {
    size: 2,
    read: ({ buffer }) =>
      new Float32Array(Uint32Array.from(new Uint16Array(buffer as ArrayBuffer), (half) => half << 16).buffer),
  },
  I64: { size: 8, read: ({ buffer }) => Float64Array.from(new BigInt64Array(buffer as ArrayBuffer), Number) },
};

/** The format's own limit. */
const maxHeaderBytes = 100_000_000;

/**
 * Encodes tensors in the safetensors format: the header's length in eight bytes, little-endian, the header in JSON, then the
 * numbers without gaps. The header is padded and the widest numbers come first, so that every tensor is aligned in the file.
 *
 * @param metadata comes first in the header, in the order given
 * @throws CheckpointError where a shape and its data differ in size, or a name cannot be written
 * @example decodeSafetensors(encodeSafetensors({ tensors: {}, metadata: { a: '1' } }), 'memory').metadata.a // '1'
 * @see https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, tensor, dtype: dtypeOf(name, tensor) }))
    .sort((a, b) => dtypes[b.dtype].BYTES_PER_ELEMENT - dtypes[a.dtype].BYTES_PER_ELEMENT);
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let end = 0;
  for (const { name, tensor, dtype } of entries) {
    const begin = end;
    end += tensor.data.byteLength;
    header.push([name, { dtype, shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(text.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    throw new CheckpointError({
      where: 'encodeSafetensors: header',
      expected: `at most ${maxHeaderBytes} bytes of names and metadata`,
      received: `${headerBytes}`,
      hint: 'Put large tables into tensors',
    });
  }

  const bytes = new Uint8Array(8 + headerBytes + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const { data } of entries.map(({ tensor }) => tensor)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Decodes a safetensors file. Whatever is not exactly such a file is refused: a header that is cut or not JSON, a name that
 * comes twice, sizes that do not fit, overlaps, gaps, and bytes at the end that belong to no tensor.
 *
 * @param where the file, for errors
 * @returns tensors that share no memory with `bytes`
 * F16 and BF16 are read as float32, I64 as float64.
 *
 * @throws CheckpointError where the file is malformed, or has numbers of another type
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const { infos, metadata, dataAt } = parseHeader(bytes, where, maxHeaderBytes);
  const tensors: [string, Tensor][] = [];
  const dataBytes = bytes.length - dataAt;
  let covered = 0;
  const inOrder = [...infos].sort((a, b) => a.begin - b.begin || a.end - b.end);
  for (const { name, dtype, shape, begin, end } of inOrder) {
    const place = `${where}: tensor ${name}`;
    const bytesEach = bytesOf(dtype);
    if (bytesEach === undefined) {
      const known = [...Object.keys(dtypes), ...Object.keys(converted)].join(', ');
      throw new CheckpointError({ where: place, expected: `dtype ${known}`, received: dtype });
    }
    // BigInt, since the product of two safe integers need not be one.
    const size = shape.reduce((product, length) => product * BigInt(length), 1n) * BigInt(bytesEach);
    if (begin !== covered || end > dataBytes || size !== BigInt(end - begin)) {
      throw new CheckpointError({
        where: place,
        expected: `${size} bytes from ${covered} on, within ${dataBytes}`,
        received: `bytes ${begin} to ${end}`,
      });
    }
    covered = end;
    // Not `slice`: that of a Buffer does not copy.
    const own = new Uint8Array(bytes.subarray(dataAt + begin, dataAt + end));
    const data = isDtype(dtype) ? new dtypes[dtype](own.buffer) : converted[dtype].read(own);
    tensors.push([name, { shape, data }]);
  }
  if (covered !== dataBytes) {
    throw new CheckpointError({ where, expected: `${covered} bytes of numbers`, received: `${dataBytes}` });
  }
  return { tensors: Object.fromEntries(tensors), metadata };
}

function bytesOf(dtype: string): number | undefined {
  if (isDtype(dtype)) return dtypes[dtype].BYTES_PER_ELEMENT;
  return Object.hasOwn(converted, dtype) ? converted[dtype].size : undefined;
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(dtypes, dtype);
}

function dtypeOf(name: string, { shape, data }: Tensor): Dtype {
  const where = `encodeSafetensors: tensor ${name}`;
  if (name === '__metadata__' || name === '__proto__') {
    throw new CheckpointError({ where, expected: 'a name that is not reserved', received: name });
  }
  const dtype = Object.keys(dtypes).find((key): key is Dtype => data.constructor === dtypes[key as Dtype]);
  if (dtype === undefined) {
    throw new CheckpointError({
      where,
      expected: 'a Float64, Float32, Int32 or Uint8 array',
      received: data.constructor.name,
    });
  }
  if (shape.reduce((product, length) => product * length, 1) !== data.length) {
    throw new CheckpointError({ where, expected: `[${shape}] numbers`, received: `${data.length}` });
  }
  return dtype;
}
