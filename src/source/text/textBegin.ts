import { SourceError } from '../../errors.ts';

/**
 * The offset at which text begins: after a byte order mark.
 *
 * @param bytes the first three or more, or all
 * @throws SourceError where the mark is that of UTF-16
 */
export function textBegin(where: string, bytes: Uint8Array): number {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new SourceError({
      where,
      expected: 'text in UTF-8',
      received: 'the mark with which text in UTF-16 begins',
      hint: `Give the encoding, as encoding: 'utf-16${bytes[0] === 0xff ? 'le' : 'be'}'`,
    });
  }
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
