import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { Batch } from '../source/types.ts';
import { CODE_BITS, countNumbers } from './rowCodes.ts';
import { createSplitSides } from './splitSides.ts';
import type { SplitRule } from './types.ts';

/** Rows that are equal, and too many to be kept together. */
export interface FoundRepeats {
  /** As in `Repeats`, ascending. */
  readonly numbers: readonly number[];
  /** How many rows they are together, and the most that are equal. */
  readonly rows: number;
  readonly most: number;
}

/** Finds rows that repeat so often that keeping them together would move the share of those held out, in 1 MiB. */
export interface RepeatCounter {
  /** Counts the selected rows that pass by. */
  readonly count: MonoTypeOperatorFunction<Batch>;
  /** Rows that were counted. */
  readonly rows: number;
  /** @param among rows of which repeats are too many when they are more than chance takes; those that were counted by default */
  found(among?: number): FoundRepeats;
}

/**
 * The most rows that are equal and stay together: more of them would, by their side alone, move the number of rows that are held out by twice
 * the standard deviation that chance gives it, and by a hundredth.
 *
 * @example mostEqual(2201, 0.2) //=> 37
 */
export function mostEqual(rows: number, validation: number): number {
  const chance = 2 * Math.sqrt(rows * validation * (1 - validation));
  const share = Math.max(Math.min(validation, 1 - validation) / 100, 1e-4);
  return Math.floor(Math.max(4, chance, share * rows));
}

/**
 * Makes a counter for the rows of a split. Those that it finds are told apart by other columns (`repeats: { rows, by, places: [] }`); with
 * that rule, another counter finds those that only their places tell apart.
 *
 * @example const counter = createRepeatCounter(rule); await gate.open(source).pipe(counter.count).forEach(() => {});
 */
export function createRepeatCounter(rule: SplitRule): RepeatCounter {
  const counts = new Uint32Array(1 << CODE_BITS);
  const sidesOf = createSplitSides(rule);
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    count: tap((batch) => {
      const { records, selected } = batch;
      const n = selected ? selected.length : records.numRows;
      rows += n;
      sidesOf(batch, (codes) => countNumbers(counts, codes, selected, n));
    }),
    found(among = rows) {
      const limit = mostEqual(among, rule.validation);
      const numbers: number[] = [];
      let [repeated, most] = [0, 0];
      for (let number = 0; number < counts.length; number++) {
        const count = counts[number];
        if (count <= limit) continue;
        numbers.push(number);
        repeated += count;
        most = Math.max(most, count);
      }
      return { numbers, rows: repeated, most };
    },
  };
}
