const COMMA = 0x2c;

/**
 * Walks over the values of a well-formed array of JSON; of strings, arrays and objects in it only the beginning is seen, which is no number.
 *
 * @param start the offset of the opening bracket
 * @param end that after the closing one
 * @param take called with the offsets of each value and its number; false where it is none that is wanted
 * @returns the values in it, or -1 where one was not wanted
 */
export function eachItem(
  bytes: Uint8Array,
  start: number,
  end: number,
  take: (start: number, end: number, index: number) => boolean,
): number {
  const close = end - 1;
  let at = space(bytes, start + 1, close);
  let count = 0;
  while (at < close) {
    const begin = at;
    while (at < close && bytes[at] !== COMMA && !isSpace(bytes[at]!)) at++;
    if (!take(begin, at, count)) return -1;
    count++;
    // The comma, and what is around it.
    at = space(bytes, space(bytes, at, close) + 1, close);
  }
  return count;
}

/** Whether a value is null. Nothing else that stands without quotes begins with an n. */
export function isNullItem(bytes: Uint8Array, start: number): boolean {
  return bytes[start] === 0x6e;
}

/** The numbers, booleans and nulls of an array; undefined where there is something else. */
export function countItems(bytes: Uint8Array, start: number, end: number): number | undefined {
  const count = eachItem(bytes, start, end, (begin) => !isNested(bytes[begin]!));
  return count < 0 ? undefined : count;
}

/** A quote, a bracket or a brace. */
function isNested(byte: number): boolean {
  return byte === 0x22 || byte === 0x5b || byte === 0x7b;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function space(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}
