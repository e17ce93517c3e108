import type { Vector } from '../../types.ts';
import type { Accumulator } from './metric.ts';
import { numberList } from './numberList.ts';

/** What rows are ranked by, the higher the more probably class 1; by the class that the row is of. */
export interface Scores {
  readonly ones: Vector;
  readonly zeros: Vector;
}

export interface ScoreLists extends Accumulator<Scores> {
  /** The same in ascending order, borrowed; undefined where one of them is NaN. */
  sorted(): Scores | undefined;
  /** How many rows there are of each class. */
  sizes(): { readonly ones: number; readonly zeros: number };
}

/** Keeps the score of each row, four bytes of a float32, for figures that depend on the order of all. */
export function scoreLists(): ScoreLists {
  const ones = numberList();
  const zeros = numberList();
  return {
    takes: 'outputs',
    add(p, y, n) {
      ones.keepDigits(p);
      zeros.keepDigits(p);
      for (let i = 0; i < n; i++) (y[i] === 1 ? ones : zeros).push(p[i]);
    },
    state: () => ({ ones: ones.values().slice(), zeros: zeros.values().slice() }),
    merge(other) {
      ones.append(other.ones);
      zeros.append(other.zeros);
    },
    sorted() {
      // In place: their order is of no concern, and they may be millions.
      const above = ones.values().sort();
      const below = zeros.values().sort();
      // NaN sorts last.
      if (Number.isNaN(above.at(-1)) || Number.isNaN(below.at(-1))) return undefined;
      return { ones: above, zeros: below };
    },
    sizes: () => ({ ones: ones.values().length, zeros: zeros.values().length }),
  };
}
