import type { Accumulator } from './metric.ts';
import { numberList } from './numberList.ts';

/** Probabilities of class 1, by the class that the row is of. */
export interface Scores {
  readonly ones: Float64Array;
  readonly zeros: Float64Array;
}

export interface ScoreLists extends Accumulator<Scores> {
  /** The same in ascending order; undefined where one of them is NaN. */
  sorted(): Scores | undefined;
}

/** Keeps the score of each row, eight bytes, for figures that depend on the order of all. */
export function scoreLists(): ScoreLists {
  const ones = numberList();
  const zeros = numberList();
  return {
    add(p, y, n) {
      for (let i = 0; i < n; i++) (y[i] === 1 ? ones : zeros).push(p[i]);
    },
    state: () => ({ ones: ones.values().slice(), zeros: zeros.values().slice() }),
    merge(other) {
      ones.append(other.ones);
      zeros.append(other.zeros);
    },
    sorted() {
      const above = ones.values().slice().sort();
      const below = zeros.values().slice().sort();
      // NaN sorts last.
      if (Number.isNaN(above.at(-1)) || Number.isNaN(below.at(-1))) return undefined;
      return { ones: above, zeros: below };
    },
  };
}
