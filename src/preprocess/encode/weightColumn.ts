import { viewNumbers } from '../../source/column/readNumbers.ts';
import { badWeight } from './badValues.ts';
import type { EncodeColumn } from './encodeColumn.ts';

/** Writes the weight of each row, as it is: how much the row counts in the loss. */
export function weightColumn(column: string, word: number): EncodeColumn {
  let scratch = new Float64Array(0);
  return (data, { selected, floats, stride, refuse }) => {
    if (scratch.length < data.length) scratch = new Float64Array(data.length);
    const numbers = viewNumbers(data, scratch);
    return (begin, end) => {
      for (let i = begin, at = begin * stride + word; i < end; i++, at += stride) {
        const row = selected ? selected[i] : i;
        const weight = numbers[row];
        if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
          refuse(badWeight(column, row, weight));
        }
        floats[at] = weight;
      }
    };
  };
}
