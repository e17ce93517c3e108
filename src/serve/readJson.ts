import { DataError } from '../errors.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Digits that an integer of up to 2^53 may have. */
const SAFE_DIGITS = 15;

/**
 * Reads a body of JSON, and refuses what `JSON.parse` would let pass and nobody means: a name that comes twice in an object, `__proto__`, a number
 * that a double would change, and what is nested deeper than any row.
 *
 * @throws DataError where it is no such JSON
 */
export function readJson(bytes: Uint8Array, mostDepth: number): unknown {
  const text = textOf(bytes);
  const { depth, names, longDigits } = scan(text);
  if (depth > mostDepth) {
    throw refused(`lists and objects at most ${mostDepth} deep`, `${depth} deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refused('JSON', (cause as Error).message, cause);
  }
  if (longDigits) assertExact(text);
  if (names > 0) assertNames(value, names);
  return value;
}

/** @throws DataError where the bytes are not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw refused('text in UTF-8', 'bytes that are not', cause);
  }
}

/** One pass over the text: how deep it goes, how many names its objects have, and whether an integer has more digits than is safe. */
function scan(text: string): { readonly depth: number; readonly names: number; readonly longDigits: boolean } {
  let [open, depth, names, digits] = [0, 0, 0, 0];
  let longDigits = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 48 && c <= 57) {
      if (++digits > SAFE_DIGITS) longDigits = true;
      continue;
    }
    digits = 0;
    if (c === 34) {
      for (i++; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++;
    } else if (c === 58) names++;
    else if (c === 123 || c === 91) depth = Math.max(depth, ++open);
    else if (c === 125 || c === 93) open--;
  }
  return { depth, names, longDigits };
}

/** A string, or a number with its fraction and exponent. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?/g;

function assertExact(text: string): void {
  for (const [mark, fraction, exponent] of text.matchAll(token)) {
    if (mark[0] === '"' || fraction || exponent) continue;
    if (!Number.isSafeInteger(Number(mark))) {
      throw refused(
        'integers up to 2^53, which a number holds exactly',
        mark,
        undefined,
        'Send it as a string where it is an id',
      );
    }
  }
}

/** A name that comes twice is one name less in what was parsed. */
function assertNames(value: unknown, names: number): void {
  let found = 0;
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (Array.isArray(part)) {
      for (const item of part) walk(item);
      return;
    }
    if (Object.hasOwn(part, '__proto__')) throw refused('names of columns', '__proto__');
    for (const item of Object.values(part)) {
      found++;
      walk(item);
    }
  };
  walk(value);
  if (found !== names) throw refused('each name once in an object', 'a name that comes twice');
}

function refused(expected: string, received: string, cause?: unknown, hint?: string): DataError {
  return new DataError({ where: 'the body', expected, received, cause, hint });
}
