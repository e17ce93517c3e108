import type { EncodeColumn } from './encoder.ts';
import { missingError, rangeError } from './encodingErrors.ts';
import type { FittedVector } from './fitted.ts';
import { readVectors } from './readVectors.ts';

const FLOAT32_MAX = 3.4028234663852886e38;

/** Writes the numbers of a `vector` feature side by side, from `word` on. */
export function vectorColumn({ name, size, shift, scale, fill }: FittedVector, word: number): EncodeColumn {
  const where = `vector ${name}`;
  return (data, { n, selected, rowsBefore, floats, stride, counters }) => {
    const { numbers, startOf } = readVectors(data, size, where, rowsBefore);
    for (let i = 0, at = word; i < n; i++, at += stride) {
      const row = selected ? selected[i] : i;
      const start = startOf(row);
      for (let k = 0; k < size; k++) {
        let value = start < 0 ? Number.NaN : numbers[start + k];
        if (Number.isNaN(value)) {
          if (fill === null) throw missingError(where, rowsBefore + row);
          counters.missing++;
          value = fill;
        }
        const x = (value - shift) / scale;
        if (!(Math.abs(x) <= FLOAT32_MAX)) throw rangeError(where, rowsBefore + row, value);
        floats[at + k] = x;
      }
    }
  };
}
