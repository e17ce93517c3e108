import type { Counters, EncodeColumn } from './encoder.ts';
import { missingError, rangeError } from './encodingErrors.ts';
import type { FittedVector } from './fitted.ts';
import { readVectors } from './readVectors.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** Writes the numbers of a `vector` feature side by side, from `word` on. */
export function vectorColumn({ name, size, shift, scale, fill }: FittedVector, word: number): EncodeColumn {
  const where = `vector ${name}`;

  /** What is written for a value that is missing. */
  function replaced(value: number, row: number, counters: Counters): number {
    if (!Number.isNaN(value)) throw rangeError(where, row, value);
    if (fill === null) throw missingError(where, row);
    counters.missing++;
    return (fill - shift) / scale;
  }

  return (data, { selected, rowsBefore, floats, stride, counters }) => {
    const { numbers, startOf } = readVectors(data, size, where, rowsBefore);
    // Integers of 32 bits are neither missing nor too large for float32: pixels are spared the tests, which cost as much as the rest.
    const fractions = numbers instanceof Float64Array || numbers instanceof Float32Array;
    return (begin, end) => {
      for (let i = begin, at = word + begin * stride; i < end; i++, at += stride) {
        const row = selected ? selected[i] : i;
        const start = startOf(row);
        if (start < 0) {
          for (let k = 0; k < size; k++) floats[at + k] = replaced(Number.NaN, rowsBefore + row, counters);
          continue;
        }
        if (!fractions) {
          for (let k = 0; k < size; k++) floats[at + k] = (numbers[start + k] - shift) / scale;
          continue;
        }
        for (let k = 0; k < size; k++) {
          const x = (numbers[start + k] - shift) / scale;
          // One test for a number is cheaper than two: NaN does not hold it either.
          const good = Math.abs(x) <= FLOAT32_MAX;
          floats[at + k] = good ? x : replaced(numbers[start + k], rowsBefore + row, counters);
        }
      }
    };
  };
}
