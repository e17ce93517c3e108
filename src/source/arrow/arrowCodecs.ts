import * as zlib from 'node:zlib';
import { CompressionType, compressionRegistry } from 'apache-arrow';
import { decodeLz4 } from './lz4.ts';

/**
 * Lets Arrow's reader decompress record batches: LZ4, and zstd where Node has it (from 22.15 on). Arrow has one set of
 * decompressors for the whole program: those that are there already stay.
 */
export function addArrowCodecs(): void {
  if (!compressionRegistry.get(CompressionType.LZ4_FRAME)) {
    compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4 });
  }
  if ('zstdDecompressSync' in zlib && !compressionRegistry.get(CompressionType.ZSTD)) {
    compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => aligned(zlib.zstdDecompressSync(bytes)) });
  }
}

/** In memory of its own: Node's small buffers begin anywhere in a larger one, 64-bit numbers cannot. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
}
