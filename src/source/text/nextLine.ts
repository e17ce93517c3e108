const LF = 0x0a;
const CR = 0x0d;

/**
 * The offset after the first line end, LF, CR LF or CR, in `bytes[start, end)`; -1 where there is none yet.
 *
 * @param last whether the bytes end there
 */
export function nextLine(bytes: Uint8Array, start: number, end: number, last: boolean): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === LF) return at + 1;
    if (bytes[at] !== CR) continue;
    if (at + 1 < end) return bytes[at + 1] === LF ? at + 2 : at + 1;
    return last ? end : -1;
  }
  return last ? end : -1;
}
