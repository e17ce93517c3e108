import type { ByteInput } from '../input/byteInput.ts';
import { otherKind } from '../input/fileKind.ts';

/**
 * The offset at which text begins: after a byte order mark.
 *
 * @param bytes the first three or more, or all
 * @throws SourceError where they are those of a file of another kind
 */
export function textBegin({ name, reader }: ByteInput, bytes: Uint8Array): number {
  const wrong = otherKind(name, reader, bytes);
  if (wrong) throw wrong;
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
