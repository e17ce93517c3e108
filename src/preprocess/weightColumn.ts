import type { EncodeColumn } from './encoder.ts';
import { viewNumbers } from './readNumbers.ts';
import { rowError } from './rowError.ts';

/** Writes the weight of each row, as it is: how much the row counts in the loss. */
export function weightColumn(column: string, word: number): EncodeColumn {
  let scratch = new Float64Array(0);
  return (data, { selected, rowsBefore, floats, stride }) => {
    if (scratch.length < data.length) scratch = new Float64Array(data.length);
    const numbers = viewNumbers(data, scratch);
    return (begin, end) => {
      for (let i = begin, at = begin * stride + word; i < end; i++, at += stride) {
        const row = selected ? selected[i] : i;
        const weight = numbers[row];
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
          throw rowError({
            where: `weight ${column}`,
            row: rowsBefore + row,
            expected: 'a finite number of at least 0',
            received: Number.isNaN(weight) ? 'null or NaN' : `${weight}`,
            hint: 'Derive a column that has a weight in every row; 0 leaves a row out',
          });
        }
        floats[at] = weight;
      }
    };
  };
}
