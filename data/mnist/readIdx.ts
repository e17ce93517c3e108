import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** An array of bytes as it lies in an IDX file: `shape[0]` things of `shape[1] x shape[2] ...` bytes. */
export interface Idx {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, as it is or compressed by gzip: two zeros, 8 for bytes, the number of dimensions, each dimension in
 * four bytes, the largest first, then the numbers.
 *
 * @throws Error where it is another kind of file, or cut
 * @see LeCun and Cortes, The MNIST database of handwritten digits: file formats
 */
export async function readIdx(path: string): Promise<Idx> {
  const raw = await readFile(path);
  const content = raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw;
  if (content.length < 4 || content.readUInt16BE(0) !== 0 || content[2] !== 8 || content.length < 4 + 4 * content[3]) {
    throw new Error(
      `${path}: expected an IDX file of unsigned bytes, got one that begins with ${content.subarray(0, 4).toString('hex')}`,
    );
  }
  const dimensions = content[3];
  const shape = Array.from({ length: dimensions }, (_, i) => content.readUInt32BE(4 + 4 * i));
  const bytes = content.subarray(4 + 4 * dimensions);
  const expected = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) throw new Error(`${path}: expected ${expected} bytes of data, got ${bytes.length}`);
  return { shape, bytes };
}
