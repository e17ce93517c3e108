import { BadRecord } from './badRecord.ts';
import { ABSENT, BARE, type Cells, ESCAPED, LIST, OBJECT, QUOTED } from './cells.ts';
import type { RecordFinder } from './recordBlocks.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** Deeper than this nobody nests, and the stack of calls ends. */
const deepest = 512;

/** A key that is looked for: the cell of its value, or -1, and the keys inside of it. */
interface Key {
  readonly name: string;
  readonly bytes: Uint8Array;
  cell: number;
  readonly inside: Key[];
}

/**
 * Finds the values at paths in lines of JSON, without making objects of them. A path `a.b` is the key `b` in the object `a`, or
 * the key `a.b`. Of a key that stands twice the last one counts.
 *
 * @see RFC 8259
 */
export function createJsonRecords(paths: readonly string[]): RecordFinder {
  const keys: Key[] = [];
  for (const [cell, path] of paths.entries()) {
    addPath(keys, path.split('.'), cell);
    if (path.includes('.')) addPath(keys, [path], cell);
  }
  let bytes: Uint8Array = new Uint8Array(0);
  let end = 0;
  let cells: Cells;
  /** The first cell of the row. */
  let first = 0;
  let isEscaped = false;

  function wrong(at: number, expected: string): BadRecord {
    const received = at < end ? JSON.stringify(String.fromCharCode(bytes[at]!)) : 'the end of the line';
    return new BadRecord(at, `${expected} in JSON`, received, 'Each line must be one whole object of JSON');
  }

  function space(from: number): number {
    let at = from;
    while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at++;
    return at;
  }

  /** The offset of the closing quote of a string, from the byte after its opening one. */
  function closing(from: number): number {
    isEscaped = false;
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte < 0x20) throw wrong(at, 'no control character in a string');
      if (byte === BACKSLASH) {
        isEscaped = true;
        at++;
        if (bytes[at] === 0x75) {
          for (let i = 1; i <= 4; i++)
            if (!isHex(at + i < end ? bytes[at + i]! : 0)) throw wrong(at + i, 'a hexadecimal digit');
          at += 4;
        } else if (at >= end || !escapes.includes(bytes[at]!)) throw wrong(at, 'a character that can be escaped');
      }
    }
    throw wrong(end, 'a quote at the end of the string');
  }

  function digits(from: number): number {
    let at = from;
    while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++;
    if (at === from) throw wrong(at, 'a digit');
    return at;
  }

  function number(from: number): number {
    let at = bytes[from] === 0x2d ? from + 1 : from;
    at = bytes[at] === 0x30 && at < end ? at + 1 : digits(at);
    if (at < end && bytes[at] === 0x2e) at = digits(at + 1);
    if (at < end && (bytes[at]! | 0x20) === 0x65) {
      at++;
      at = digits(at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d) ? at + 1 : at);
    }
    return at;
  }

  function word(from: number, letters: Uint8Array): number {
    for (let i = 0; i < letters.length; i++) {
      if (from + i >= end || bytes[from + i] !== letters[i]) throw wrong(from + i, 'a value');
    }
    return from + letters.length;
  }

  function put(key: Key | undefined, start: number, stop: number, kind: number): void {
    if (key === undefined || key.cell < 0) return;
    const cell = first + key.cell;
    cells.starts[cell] = start;
    cells.ends[cell] = stop;
    cells.kinds[cell] = kind;
  }

  /** Passes over a value, and puts down where it lies when it is looked for; the offset after it. */
  function value(at: number, key: Key | undefined, depth: number): number {
    const byte = at < end ? bytes[at]! : 0;
    if (byte === QUOTE) {
      const close = closing(at + 1);
      put(key, at + 1, close, isEscaped ? ESCAPED : QUOTED);
      return close + 1;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (depth === deepest) throw wrong(at, `at most ${deepest} values inside of each other`);
      const stop = byte === OPEN_OBJECT ? object(at, key?.inside ?? none, depth + 1) : array(at, depth + 1);
      put(key, at, stop, byte === OPEN_OBJECT ? OBJECT : LIST);
      return stop;
    }
    const stop =
      byte === 0x74 ? word(at, TRUE) : byte === 0x66 ? word(at, FALSE) : byte === 0x6e ? word(at, NULL) : number(at);
    put(key, at, stop, byte === 0x6e ? ABSENT : BARE);
    return stop;
  }

  function array(from: number, depth: number): number {
    let at = space(from + 1);
    if (at < end && bytes[at] === CLOSE_ARRAY) return at + 1;
    for (;;) {
      at = space(value(at, undefined, depth));
      if (at < end && bytes[at] === CLOSE_ARRAY) return at + 1;
      if (at >= end || bytes[at] !== COMMA) throw wrong(at, 'a comma or the end of the array');
      at = space(at + 1);
    }
  }

  function object(from: number, inside: readonly Key[], depth: number): number {
    let at = space(from + 1);
    if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1;
    /** Rows mostly have the same keys in the same order. */
    let guess = 0;
    for (;;) {
      if (at >= end || bytes[at] !== QUOTE) throw wrong(at, 'a key');
      const close = closing(at + 1);
      let key: Key | undefined;
      if (inside.length > 0) {
        const index = isEscaped ? indexOfText(inside, at, close) : indexOf(inside, at + 1, close, guess);
        if (index >= 0) {
          key = inside[index];
          guess = index + 1;
        }
      }
      at = space(close + 1);
      if (at >= end || bytes[at] !== COLON) throw wrong(at, 'a colon');
      at = space(value(space(at + 1), key, depth));
      if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1;
      if (at >= end || bytes[at] !== COMMA) throw wrong(at, 'a comma or the end of the object');
      at = space(at + 1);
    }
  }

  function indexOf(inside: readonly Key[], start: number, stop: number, guess: number): number {
    for (let i = 0; i < inside.length; i++) {
      const index = guess + i < inside.length ? guess + i : guess + i - inside.length;
      const name = inside[index]!.bytes;
      if (name.length !== stop - start) continue;
      let j = 0;
      while (j < name.length && name[j] === bytes[start + j]) j++;
      if (j === name.length) return index;
    }
    return -1;
  }

  function indexOfText(inside: readonly Key[], open: number, close: number): number {
    const text = JSON.parse(new TextDecoder().decode(bytes.subarray(open, close + 1)));
    return inside.findIndex(({ name }) => name === text);
  }

  return {
    find(newBytes, start, bytesEnd, last, newCells, limit) {
      bytes = newBytes;
      cells = newCells;
      const { width, rowStarts, rowEnds, kinds } = cells;
      let at = start;
      let { rows } = cells;
      while (rows < limit && at < bytesEnd) {
        const lineEnd = bytes.indexOf(LF, at);
        if (lineEnd < 0 || lineEnd >= bytesEnd) {
          if (!last) break;
          end = bytesEnd;
        } else end = lineEnd;
        const begin = space(at);
        if (begin < end) {
          first = rows * width;
          kinds.fill(ABSENT, first, first + width);
          try {
            if (bytes[begin] !== OPEN_OBJECT) throw wrong(begin, 'an object');
            const rest = space(object(begin, keys, 0));
            if (rest < end) throw wrong(rest, 'one object a line');
          } catch (error) {
            if (!(error instanceof BadRecord)) throw error;
            // The rows before it are given first.
            if (rows > 0) break;
            const { at: wrongAt, expected, received, hint } = error;
            throw new BadRecord(wrongAt, expected, received, hint, { begin: at, next: Math.min(end + 1, bytesEnd) });
          }
          rowStarts[rows] = begin;
          rowEnds[rows++] = Math.min(end + 1, bytesEnd);
        }
        at = Math.min(end + 1, bytesEnd);
      }
      cells.rows = rows;
      return at;
    },
  };
}

const none: readonly Key[] = [];
const encoder = new TextEncoder();
const TRUE = encoder.encode('true');
const FALSE = encoder.encode('false');
const NULL = encoder.encode('null');
const escapes = encoder.encode('"\\/bfnrt');

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function addPath(keys: Key[], [name, ...rest]: readonly string[], cell: number): void {
  let key = keys.find((each) => each.name === name);
  if (!key) {
    key = { name: name!, bytes: encoder.encode(name), cell: -1, inside: [] };
    keys.push(key);
  }
  if (rest.length === 0) key.cell = cell;
  else addPath(key.inside, rest, cell);
}

/** Writes the value of a string of JSON that has escapes; its bytes. */
export function unescapeJson(bytes: Uint8Array, start: number, end: number, out: Uint8Array, to: number): number {
  const text: string = JSON.parse(new TextDecoder().decode(bytes.subarray(start - 1, end + 1)));
  return encoder.encodeInto(text, out.subarray(to)).written;
}
