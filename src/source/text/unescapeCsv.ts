import type { CsvDialect } from './csvRecords.ts';

/** Writes the value of an `ESCAPED` or `BARE_ESCAPED` cell, with its doubled quotes made single and without its escapes; its bytes. */
export function unescapeCsv({ quote, escape: backslash }: Pick<CsvDialect, 'quote' | 'escape'>) {
  return (bytes: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number => {
    // No delimiter holds a quote: one before the value is that which opens it.
    const doubled = quote >= 0 && bytes[start - 1] === quote ? quote : -1;
    let at = to;
    for (let i = start; i < end; i++) {
      // Inside of quotes, a quote is always followed by another one; an escape is always followed by what it covers.
      if (bytes[i] === backslash || bytes[i] === doubled) i++;
      out[at++] = bytes[i]!;
    }
    return at - to;
  };
}
