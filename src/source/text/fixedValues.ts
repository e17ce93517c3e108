import type { ColumnType } from './columnType.ts';
import { parseBoolean } from './parseBoolean.ts';
import { parseInteger, putLong } from './parseInteger.ts';
import { parseNumber } from './parseNumber.ts';
import { type Moment, parseTime } from './parseTime.ts';

type FixedArray = Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;

/** Values of a fixed width, as Arrow lays them out. */
export interface FixedValues {
  readonly data: FixedArray;
  /** Reads `bytes[start, end)` to the place `at`; false where that is not a value of the type. */
  read(bytes: Uint8Array, start: number, end: number, at: number): boolean;
  /** The elements of `data` that hold so many values. */
  elements(values: number): number;
}

/**
 * Room for values of a type.
 *
 * @param decimal the byte between a number and its decimal places
 */
export function createFixedValues(type: Exclude<ColumnType, 'string'>, capacity: number, decimal: number): FixedValues {
  return makers[type](capacity, decimal);
}

const each = (values: number): number => values;
/** Where a time is put down between the bytes and the column; used at once, so that one is enough. */
const moment: Moment = { seconds: 0, micros: 0, kind: 'date' };

const makers: Readonly<Record<Exclude<ColumnType, 'string'>, (capacity: number, decimal: number) => FixedValues>> = {
  int32(capacity) {
    const data = new Int32Array(capacity);
    const halves = new Int32Array(2);
    return {
      data,
      elements: each,
      read(bytes, start, end, at) {
        if (!parseInteger(bytes, start, end, halves, 0) || halves[1] !== halves[0]! >> 31) return false;
        data[at] = halves[0]!;
        return true;
      },
    };
  },
  int64(capacity) {
    const data = new BigInt64Array(capacity);
    const words = new Int32Array(data.buffer);
    return { data, elements: each, read: (bytes, start, end, at) => parseInteger(bytes, start, end, words, at) };
  },
  float32: (capacity, decimal) => floats(new Float32Array(capacity), decimal),
  float64: (capacity, decimal) => floats(new Float64Array(capacity), decimal),
  boolean(capacity) {
    const data = new Uint8Array((capacity + 7) >> 3);
    return {
      data,
      elements: (values) => (values + 7) >> 3,
      read(bytes, start, end, at) {
        const value = parseBoolean(bytes, start, end);
        if (value) data[at >> 3]! |= 1 << (at & 7);
        return value !== undefined;
      },
    };
  },
  date(capacity) {
    const data = new Int32Array(capacity);
    return {
      data,
      elements: each,
      read(bytes, start, end, at) {
        if (!parseTime(bytes, start, end, moment) || moment.kind !== 'date') return false;
        data[at] = moment.seconds / 86_400;
        return true;
      },
    };
  },
  timestamp: (capacity) => timestamps(capacity, 'timestamp'),
  timestampUtc: (capacity) => timestamps(capacity, 'timestampUtc'),
};

function floats(data: Float32Array | Float64Array, decimal: number): FixedValues {
  return {
    data,
    elements: each,
    read(bytes, start, end, at) {
      const value = parseNumber(bytes, start, end, decimal);
      if (value === undefined) return false;
      data[at] = value;
      return true;
    },
  };
}

function timestamps(capacity: number, kind: 'timestamp' | 'timestampUtc'): FixedValues {
  const data = new BigInt64Array(capacity);
  const words = new Int32Array(data.buffer);
  return {
    data,
    elements: each,
    read(bytes, start, end, at) {
      if (!parseTime(bytes, start, end, moment)) return false;
      // A day alone is the midnight with which it begins; of which zone, nobody knows.
      if (moment.kind !== kind && (moment.kind !== 'date' || kind === 'timestampUtc')) return false;
      const micros = moment.seconds * 1e6 + moment.micros;
      // Before 1685 and after 2255 a float64 has no microseconds.
      if (Number.isSafeInteger(micros)) putLong(micros, words, at);
      else data[at] = BigInt(moment.seconds) * 1_000_000n + BigInt(moment.micros);
      return true;
    },
  };
}
