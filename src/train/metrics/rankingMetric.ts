import type { Vector } from '../../engine/types.ts';
import { numberList } from './numberList.ts';
import { type Accumulator, alone, type Metric } from './types.ts';

/** What rows are ranked by, the higher the more probably class 1; by the class that the row is of. */
export interface Scores {
  readonly ones: Vector;
  readonly zeros: Vector;
}

interface Sizes {
  readonly ones: number;
  readonly zeros: number;
}

interface ScoreLists extends Accumulator<Scores> {
  /** The same in ascending order, borrowed; undefined where one of them is NaN. */
  sorted(): Scores | undefined;
  /** How many rows there are of each class. */
  sizes(): Sizes;
}

/** What a metric of two classes makes of how all rows are ranked. */
export interface Ranking {
  readonly name: string;
  /** The figure, from the scores in ascending order. */
  figure(scores: Scores): number;
  /** The figure of the best constant. */
  baseline(sizes: Sizes): number;
  /** The class that has not come, without which it is not defined. */
  lacks(sizes: Sizes): 0 | 1 | undefined;
}

/** A metric of how rows are ranked: the higher the better, the same for all constants, NaN where a score is. */
export function rankingMetric({ name, figure, baseline, lacks }: Ranking): Metric<Scores> {
  return {
    name,
    options: {},
    better: 'higher',
    tasks: ['binary'],
    begin(share = alone) {
      const lists = share(scoreLists);
      const { add, state, merge, sorted, sizes } = lists;
      return {
        counts: lists,
        add,
        state,
        merge,
        result() {
          const scores = sorted();
          return scores ? figure(scores) : Number.NaN;
        },
        baseline: () => baseline(sizes()),
        constant: () => ({ kind: 'any' }),
        lacks() {
          const lacking = lacks(sizes());
          return lacking === undefined ? undefined : { kind: 'class', class: lacking };
        },
      };
    },
  };
}

/** Keeps the score of each row, four bytes of a float32, for figures that depend on the order of all. */
function scoreLists(): ScoreLists {
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
