import type { ColumnType } from './columnType.ts';
import { parseBoolean } from './parseBoolean.ts';
import { parseInteger } from './parseInteger.ts';
import { parseNumber } from './parseNumber.ts';
import { type Moment, parseTime } from './parseTime.ts';

export const INT = 1;
export const FLOAT = 2;
export const BOOLEAN = 4;
export const DATE = 8;
export const TIMESTAMP = 16;
export const UTC = 32;
export const STRING = 64;
export const ANY = 127;
/** Digits after a plus: an integer among numbers with a sign, a code elsewhere. Beside `STRING`. */
export const PLUS = 128;

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

/** The narrowest type of some. */
export function narrowest(types: number): ColumnType | undefined {
  return order.find(([bit]) => (types & bit) !== 0)?.[1];
}

const moment: Moment = { seconds: 0, micros: 0, kind: 'date' };
const words = new Int32Array(2);

/**
 * The types that a value can have. Integers with leading zeros are codes, not numbers: they stay strings. So do numbers that do not fit into
 * an int64, where they have no decimal places or exponent.
 *
 * @param decimal the byte between a number and its decimal places
 */
export function typesOfValue(bytes: Uint8Array, start: number, end: number, decimal: number): number {
  if (end === start) return STRING;
  const hasPlus = bytes[start] === 0x2b;
  const first = hasPlus || bytes[start] === 0x2d ? start + 1 : start;
  const isCode = bytes[first] === 0x30 && first + 1 < end && isDigit(bytes[first + 1]);
  if (!isCode) {
    if (parseInteger(bytes, start, end, words, 0)) return hasPlus ? PLUS | STRING : INT | FLOAT | STRING;
    // A number of digits alone that is too long for an integer would lose some as a float.
    if (parseNumber(bytes, start, end, decimal) !== undefined) {
      return hasOnlyDigits(bytes, first, end) ? STRING : FLOAT | STRING;
    }
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
