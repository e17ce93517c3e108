/** How a format writes its values. */
export interface ValueStyle {
  /** What stands for no value. */
  readonly nulls: readonly Uint8Array[];
  /** Whether what stands between quotes may be a number, a boolean or, where the column is not of strings, no value. */
  readonly quotedNumbers: boolean;
  /** Whether what stands between quotes may be no value in a column of strings, too. */
  readonly quotedNulls: boolean;
  /** The byte between a number and its decimal places. */
  readonly decimal: number;
  /** Writes the value of an `ESCAPED` or `BARE_ESCAPED` cell to `out` from `at` on, where there is room; its bytes, or -1 where it is malformed. */
  decode(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number;
}

/** Whether `bytes[start, end)` is one of the words. */
export function isOneOf(words: readonly Uint8Array[], bytes: Uint8Array, start: number, end: number): boolean {
  for (const word of words) {
    if (word.length !== end - start) continue;
    let i = 0;
    while (i < word.length && word[i] === bytes[start + i]) i++;
    if (i === word.length) return true;
  }
  return false;
}
