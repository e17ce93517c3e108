import { usedAs } from '../declare/columnUses.ts';
import type { FittedVector } from '../fit/fitted.ts';
import { largeValue, missingValue, wrongSize } from './badValues.ts';
import type { EncodeColumn, Work } from './encodeColumn.ts';
import { readVectors, WRONG_SIZE } from './readVectors.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** Writes the numbers of a `vector` feature side by side, from `word` on. */
export function vectorColumn({ name, size, shift, scale, fill }: FittedVector, word: number): EncodeColumn {
  const where = usedAs('vector', name);

  /** What is written for a value that is missing. */
  function replaced(value: number, row: number, { counters, refuse }: Work): number {
    if (!Number.isNaN(value)) refuse(largeValue(where, row, value));
    else if (fill === null) refuse(missingValue(where, row));
    else counters.missing++;
    return ((fill ?? 0) - shift) / scale;
  }

  return (data, work) => {
    const { selected, floats, stride, refuse } = work;
    const { numbers, startOf, sizeOf } = readVectors(data, size, where);
    // Integers of 32 bits are neither missing nor too large for float32: pixels are spared the tests, which cost as much as the rest.
    const fractions = numbers instanceof Float64Array || numbers instanceof Float32Array;
    return (begin, end) => {
      for (let i = begin, at = word + begin * stride; i < end; i++, at += stride) {
        const row = selected ? selected[i] : i;
        const start = startOf(row);
        if (start < 0) {
          if (start === WRONG_SIZE) refuse(wrongSize(where, row, size, sizeOf(row)));
          else for (let k = 0; k < size; k++) floats[at + k] = replaced(Number.NaN, row, work);
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
          floats[at + k] = good ? x : replaced(numbers[start + k], row, work);
        }
      }
    };
  };
}
