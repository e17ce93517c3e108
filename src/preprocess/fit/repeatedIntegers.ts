/** What a function has given for the integers of a column. */
export interface RepeatedIntegers {
  /**
   * Gives the rows from position `i` on what an earlier row with the same integer has, up to the first for which there is none such.
   *
   * @param selected the rows by position; all when undefined
   * @returns the position of that row, or `count`
   */
  copy(selected: Uint32Array | undefined, i: number, count: number): number;
  /** Keeps what a row has. */
  note(row: number): void;
}

const LEAST = -2048;
const SIZE = 8192;

/**
 * Computes a function of a column of integers once for each of those from -2,048 to 6,143: such columns hold few others, most of them in
 * thousands of rows of a record batch.
 *
 * @param integers the column; NaN where it is null
 * @param results by row; NaN is not kept
 */
export function repeatedIntegers(integers: Float64Array, results: Float64Array): RepeatedIntegers {
  const known = new Float64Array(SIZE).fill(Number.NaN);
  return {
    copy: (selected, i, count) => copyKnown(integers, results, known, selected, i, count),
    note(row) {
      const place = integers[row] - LEAST;
      if (place >= 0 && place < SIZE) known[place] = results[row];
    },
  };
}

function copyKnown(
  integers: Float64Array,
  results: Float64Array,
  known: Float64Array,
  selected: Uint32Array | undefined,
  from: number,
  count: number,
): number {
  for (let i = from; i < count; i++) {
    const row = selected ? selected[i] : i;
    const place = integers[row] - LEAST;
    if (!(place >= 0 && place < SIZE)) return i;
    const result = known[place];
    if (Number.isNaN(result)) return i;
    results[row] = result;
  }
  return count;
}
