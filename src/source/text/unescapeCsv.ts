/** Writes a value with its doubled quotes made single; its bytes. */
export function unescapeCsv(bytes: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number {
  let at = to;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    out[at++] = byte;
    // Inside of quotes, a quote is always followed by another one; that one is the next byte.
    if (byte === bytes[i + 1] && byte === bytes[start - 1]) i++;
  }
  return at - to;
}
