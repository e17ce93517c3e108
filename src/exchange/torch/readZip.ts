import { crc32 } from 'node:zlib';
import { CheckpointError } from '../../errors.ts';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** The end of a zip file has at most this many bytes of comment after it. */
const longestComment = 65_535;

/**
 * The entries of a zip file whose bytes stand in it as they are, as PyTorch writes them; each is checked against its checksum when it is read.
 *
 * @param where the file, for errors
 * @returns what gives the bytes of an entry, by its name: a part of `bytes`
 * @throws CheckpointError where it is no zip file, is damaged or cut, or has entries that are compressed or encrypted
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readZip(bytes: Uint8Array, where: string): ReadonlyMap<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const refuse = (expected: string, received: string, hint?: string) =>
    new CheckpointError({ where, expected, received, hint });
  const within = (at: number, length: number) => at >= 0 && at + length <= bytes.length;

  const end = endOf(view);
  if (end < 0) throw refuse('a zip file', `${bytes.length} bytes that are none, or are cut`);
  const count = view.getUint16(end + 10, true);
  const directory = view.getUint32(end + 16, true);
  if (count === 0xffff || directory === 0xffffffff) throw refuse('a zip file of less than 4 GB', 'a larger one');
  const entries = new Map<string, () => Uint8Array>();
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (!within(at, 46) || view.getUint32(at, true) !== CENTRAL) {
      throw refuse(`${count} entries in its directory`, `${i}, and other bytes at ${at}`);
    }
    const [flags, method, checksum] = [
      view.getUint16(at + 8, true),
      view.getUint16(at + 10, true),
      view.getUint32(at + 16, true),
    ];
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const local = view.getUint32(at + 42, true);
    if (!within(at + 46, nameLength)) throw refuse('the names of its entries', 'a file that is cut');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if ((flags & 1) === 1) throw refuse(`entry ${name} as it is`, 'an encrypted one');
    if (method !== 0 || packed !== size) {
      throw refuse(`entry ${name} as it is`, 'a compressed one', 'Give a file as torch.save writes it');
    }
    if (entries.has(name)) throw refuse('each entry once', `${name} twice`);
    entries.set(name, () => {
      if (!within(local, 30) || view.getUint32(local, true) !== LOCAL)
        throw refuse(`entry ${name} at ${local}`, 'other bytes');
      const begin = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      if (!within(begin, size)) throw refuse(`${size} bytes of ${name} from ${begin} on`, `a file of ${bytes.length}`);
      const entry = bytes.subarray(begin, begin + size);
      const found = crc32(entry);
      if (found !== checksum)
        throw refuse(`entry ${name} with checksum ${checksum}`, `${found}`, 'The file is damaged');
      return entry;
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

/** Where the record at the end begins; -1 where there is none. */
function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - 22 - longestComment);
  for (let at = view.byteLength - 22; at >= first; at--) {
    if (view.getUint32(at, true) === END && at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return -1;
}
