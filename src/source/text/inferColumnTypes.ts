import { ABSENT, BARE, type Cells, ESCAPED, LIST, OBJECT } from './cells.ts';
import { type ColumnType, type ItemType, type ListType, longestList } from './columnType.ts';
import { eachItem, isNullItem } from './listItems.ts';
import { parseBoolean } from './parseBoolean.ts';
import { parseInteger } from './parseInteger.ts';
import { parseNumber } from './parseNumber.ts';
import { type Moment, parseTime } from './parseTime.ts';
import { isOneOf, type ValueStyle } from './valueStyle.ts';

const INT = 1;
const FLOAT = 2;
const BOOLEAN = 4;
const DATE = 8;
const TIMESTAMP = 16;
const UTC = 32;
const STRING = 64;
const ANY = 127;
/** What values of a list may be. */
const ITEMS = INT | FLOAT | BOOLEAN;

/** The narrower type first. */
const order: readonly (readonly [number, ColumnType])[] = [
  [INT, 'int64'],
  [FLOAT, 'float64'],
  [BOOLEAN, 'boolean'],
  [DATE, 'date'],
  [TIMESTAMP, 'timestamp'],
  [UTC, 'timestampUtc'],
  [STRING, 'string'],
];

/** What a column has been seen to hold. */
const SINGLE = 1;
const LISTS = 2;
const OBJECTS = 4;

/** Tells the types of columns from rows of them. */
export interface TypeInference {
  /** Looks at rows; those that come later may have more columns. */
  add(bytes: Uint8Array, cells: Cells): void;
  /**
   * The narrowest type that all values of each column have; string where there was none. Lists have the length of the first that is not
   * empty. Undefined where a column holds objects, lists of other things than numbers or booleans, or lists and single values.
   */
  types(width: number): readonly (ColumnType | ListType | undefined)[];
}

/**
 * Integers with leading zeros or a plus are codes, not numbers: they stay strings. So do numbers that do not fit into an int64,
 * where they have no point or exponent.
 */
export function createTypeInference({ nulls, quotedNumbers }: ValueStyle): TypeInference {
  const seen: number[] = [];
  /** Types that all values can have, or all values of lists. */
  const possible: number[] = [];
  const sizes: number[] = [];

  function addList(column: number, bytes: Uint8Array, start: number, end: number): void {
    let types = ITEMS;
    const size = eachItem(bytes, start, end, (begin, stop) => {
      if (!isNullItem(bytes, begin)) types &= typesOf(bytes, begin, stop);
      return types !== 0;
    });
    possible[column]! &= types;
    if (size > 0) sizes[column] ||= size;
  }

  function typeOf(column: number): ColumnType | ListType | undefined {
    if (!seen[column]) return 'string';
    const found = order.find(([bit]) => (possible[column]! & bit) !== 0)?.[1];
    if (seen[column] === SINGLE) return found;
    // Of lists that hold nulls alone, or nothing, nobody knows what is to come.
    if (seen[column] !== LISTS || possible[column] === ITEMS || !found) return undefined;
    const size = sizes[column]!;
    return size > 0 && size <= longestList ? `${found as ItemType}[${size}]` : undefined;
  }

  return {
    add(bytes, { width, rows, starts, ends, kinds }) {
      while (possible.length < width) {
        seen.push(0);
        possible.push(ANY);
        sizes.push(0);
      }
      for (let cell = 0; cell < rows * width; cell++) {
        const column = cell % width;
        const kind = kinds[cell]!;
        const start = starts[cell]!;
        const end = ends[cell]!;
        if (kind === ABSENT || ((kind === BARE || quotedNumbers) && isOneOf(nulls, bytes, start, end))) continue;
        seen[column]! |= kind === LIST ? LISTS : kind === OBJECT ? OBJECTS : SINGLE;
        if (kind === LIST) addList(column, bytes, start, end);
        else if (kind === ESCAPED) possible[column]! &= STRING;
        else if (kind === BARE || quotedNumbers) possible[column]! &= typesOf(bytes, start, end);
        else possible[column]! &= typesOf(bytes, start, end) & (DATE | TIMESTAMP | UTC | STRING);
      }
    },
    types: (width) => Array.from({ length: width }, (_, column) => typeOf(column)),
  };
}

const moment: Moment = { seconds: 0, micros: 0, kind: 'date' };
const words = new Int32Array(2);

function typesOf(bytes: Uint8Array, start: number, end: number): number {
  if (end === start) return STRING;
  const first = bytes[start] === 0x2d ? start + 1 : start;
  const isCode = bytes[start] === 0x2b || (bytes[first] === 0x30 && isDigit(bytes[first + 1]) && first + 1 < end);
  if (!isCode) {
    if (parseInteger(bytes, start, end, words, 0)) return INT | FLOAT | STRING;
    // A number of digits alone that is too long for an integer would lose some as a float.
    if (parseNumber(bytes, start, end) !== undefined) return hasOnlyDigits(bytes, first, end) ? STRING : FLOAT | STRING;
    if (parseTime(bytes, start, end, moment)) {
      return (moment.kind === 'date' ? DATE | TIMESTAMP : moment.kind === 'timestamp' ? TIMESTAMP : UTC) | STRING;
    }
  }
  return parseBoolean(bytes, start, end) === undefined ? STRING : BOOLEAN | STRING;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function hasOnlyDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(bytes[i])) return false;
  return true;
}
