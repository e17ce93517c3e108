const frameMagic = 0x184d2204;

/** The fewest bytes that a match copies. */
const shortestMatch = 4;

/**
 * Decompresses an LZ4 frame. Checksums are not compared.
 *
 * @param length the bytes that come of it
 * @throws RangeError where it is cut or malformed, or more come of it
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, lz4_Block_format.md
 */
export function decodeLz4(frame: Uint8Array, length: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== frameMagic) throw new RangeError('not an LZ4 frame');
  const flags = view.getUint8(4);
  if (flags >> 6 !== 1) throw new RangeError('an LZ4 frame of an unknown version');
  const blocksHaveSums = (flags & 0x10) !== 0;
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  if (hasDictionary) throw new RangeError('an LZ4 frame with a dictionary of its own');
  // Magic, flags, size of blocks, size of the content, sum of the header.
  let at = 6 + (hasSize ? 8 : 0) + 1;
  const out = createOutput(length, Math.min(length, 255 * frame.length));
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return out.taken();
    const taken = size & 0x7fff_ffff;
    if (at + taken > frame.length) throw new RangeError('a cut LZ4 block');
    const block = frame.subarray(at, at + taken);
    // The highest bit says that the block is as it was.
    if (size >>> 31) out.literals(block, 0, taken);
    else decodeBlock(block, out);
    at += taken + (blocksHaveSums ? 4 : 0);
  }
}

interface Output {
  literals(from: Uint8Array, start: number, end: number): void;
  match(distance: number, length: number): void;
  taken(): Uint8Array;
}

/** @param first the bytes to have room for from the beginning */
function createOutput(most: number, first: number): Output {
  let bytes = new Uint8Array(first);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= bytes.length) return;
    if (length + more > most) throw new RangeError(`an LZ4 frame of more than ${most} bytes`);
    const larger = new Uint8Array(Math.max(length + more, 2 * bytes.length));
    larger.set(bytes);
    bytes = larger;
  };
  return {
    literals(from, start, end) {
      reserve(end - start);
      bytes.set(from.subarray(start, end), length);
      length += end - start;
    },
    match(distance, count) {
      if (distance === 0 || distance > length) throw new RangeError('an LZ4 match before the beginning');
      reserve(count);
      // Byte after byte where a match overlaps what it writes.
      if (distance >= count) bytes.copyWithin(length, length - distance, length - distance + count);
      else for (let i = 0; i < count; i++) bytes[length + i] = bytes[length + i - distance]!;
      length += count;
    },
    taken: () => bytes.subarray(0, length),
  };
}

/** Literals and matches in turn; the last are literals. */
function decodeBlock(block: Uint8Array, out: Output): void {
  let at = 0;
  /** A length that does not fit into half a byte goes on in the next bytes, up to one below 255. */
  const longer = (half: number): number => {
    let length = half;
    if (half < 15) return length;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw new RangeError('a cut LZ4 block');
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (at < block.length) {
    const token = block[at++]!;
    const literals = longer(token >> 4);
    if (at + literals > block.length) throw new RangeError('a cut LZ4 block');
    out.literals(block, at, at + literals);
    at += literals;
    if (at === block.length) return;
    if (at + 2 > block.length) throw new RangeError('a cut LZ4 block');
    const distance = block[at]! | (block[at + 1]! << 8);
    at += 2;
    out.match(distance, longer(token & 15) + shortestMatch);
  }
}
