/** Powers of ten that a float64 holds exactly. */
const powers = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const MINUS = 0x2d;
const PLUS = 0x2b;
export const DOT = 0x2e;
const ZERO = 0x30;

/**
 * The decimal number in `bytes[start, end)`, the float64 nearest to it; undefined where there is none.
 *
 *   15 digits d and a power of ten up to 22: d and 10^e are exact, so that d 10^e is rounded once; JavaScript's own
 *   conversion for the others
 *
 * Takes `-1.5e-3`, `+1`, `.5`, `5.`, and `nan` and `inf` or `infinity` in letters of any case.
 * @param decimal the byte between a number and its decimal places
 * @see Clinger 1990, doi:10.1145/93548.93557
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number, decimal = DOT): number | undefined {
  let at = start;
  const sign = bytes[at]!;
  if (at < end && (sign === MINUS || sign === PLUS)) at++;
  let mantissa = 0;
  let digits = 0;
  let significant = 0;
  let fraction = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    mantissa = mantissa * 10 + digit;
    digits++;
    if (mantissa > 0) significant++;
  }
  if (at < end && bytes[at] === decimal) {
    const dot = at++;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      mantissa = mantissa * 10 + digit;
      digits++;
      if (mantissa > 0) significant++;
    }
    fraction = at - dot - 1;
  }
  if (digits === 0) return at < end ? parseWord(bytes, start, end) : undefined;
  let exponent = -fraction;
  if (at < end) {
    // e or E
    if ((bytes[at]! | 0x20) !== 0x65) return undefined;
    at++;
    const exponentSign = bytes[at];
    if (exponentSign === MINUS || exponentSign === PLUS) at++;
    if (at >= end) return undefined;
    let power = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      power = Math.min(power * 10 + digit, 100_000);
    }
    exponent += exponentSign === MINUS ? -power : power;
  }
  if (significant > 15 || exponent > 22 || exponent < -22) return slowly(bytes, start, end, decimal);
  const size = exponent < 0 ? mantissa / powers[-exponent]! : mantissa * powers[exponent]!;
  return sign === MINUS ? -size : size;
}

function parseWord(bytes: Uint8Array, start: number, end: number): number | undefined {
  const first = bytes[bytes[start] === MINUS || bytes[start] === PLUS ? start + 1 : start]! | 0x20;
  // Most words begin neither with an n nor with an i.
  if (first !== 0x6e && first !== 0x69) return undefined;
  const word = /^([+-]?)(?:(nan)|(inf|infinity))$/i.exec(text(bytes, start, end));
  if (!word) return undefined;
  if (word[2]) return Number.NaN;
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function slowly(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  const written = text(bytes, start, end);
  return Number(decimal === DOT ? written : written.replace(String.fromCharCode(decimal), '.'));
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 10_000)));
}
