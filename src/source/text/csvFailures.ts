import { BadRecord, type RecordSpan } from './badRecord.ts';
import { otherDelimiter } from './otherDelimiter.ts';

/** Why a record cannot be read. */
export const AFTER_QUOTE = -2;
export const UNCLOSED = -3;
export const SPANS_LINES = -4;
export const ESCAPED_END = -5;

/** For each: what was expected, what came, and what to do. */
const reasons: Readonly<Record<number, readonly [string, string, string]>> = {
  [AFTER_QUOTE]: [
    'a delimiter or a line end after the quote that ends a value',
    'something else',
    "A quote inside of quotes is written twice, or after a backslash where escape: '\\\\' is given",
  ],
  [UNCLOSED]: ['a quote at the end of the value', 'the end of the file', 'Give quote: null where quotes mean nothing'],
  [SPANS_LINES]: ['a value in one line', 'one in several', "Is a quote too much, or the column's type 'string'"],
  [ESCAPED_END]: ['a character after the escape', 'the end of the file', 'Is the file cut'],
};

/** @param at the byte at which it was noticed */
export function failure(problem: number, at: number, span: RecordSpan): BadRecord {
  const [expected, received, hint] = reasons[problem]!;
  return new BadRecord(Math.max(span.begin, at), expected, received, hint, span);
}

/** A record that has another number of values than there are columns. */
export function miscount(
  bytes: Uint8Array,
  span: RecordSpan,
  width: number,
  found: number,
  delimiter: Uint8Array,
): BadRecord {
  const expected = `${width} value${width === 1 ? '' : 's'}, one for each column`;
  const line = new TextDecoder('latin1').decode(bytes.subarray(span.begin, Math.min(span.next, span.begin + 10_000)));
  const other = found === 1 ? otherDelimiter(line, new TextDecoder('latin1').decode(delimiter), width) : undefined;
  const hint = other
    ? `${width} values stand between ${JSON.stringify(other)}: give delimiter: ${JSON.stringify(other)}`
    : 'Check delimiter and quote, and whether a value holds a delimiter';
  return new BadRecord(span.begin, expected, `${found}`, hint, span);
}
