const TRUE = new TextEncoder().encode('true');
const FALSE = new TextEncoder().encode('false');

/** `true` and `false` in letters of any case, `1` and `0`; undefined for all else. */
export function parseBoolean(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  const length = end - start;
  if (length === 1) return bytes[start] === 0x31 ? true : bytes[start] === 0x30 ? false : undefined;
  if (length === 4 && isWord(bytes, start, TRUE)) return true;
  if (length === 5 && isWord(bytes, start, FALSE)) return false;
  return undefined;
}

function isWord(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if ((bytes[start + i]! | 0x20) !== word[i]) return false;
  return true;
}
