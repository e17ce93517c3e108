import type { Derivation } from './derivation.ts';
import { type FromTimeOptions, fromTime, MS_PER_DAY } from './fromTime.ts';

/**
 * The day of the year in UTC: 1 on the 1st of January, 365 or 366 on the 31st of December.
 *
 * @param options the new column is named `dayOfYear` by default
 * @example dayOfYear('date').names //=> ['dayOfYear']
 */
export function dayOfYear(column: string, { as = 'dayOfYear' }: FromTimeOptions = {}): Derivation {
  return fromTime('dayOfYear', column, as, (ms) => {
    let [first, next] = [0, 0];
    for (let i = 0; i < ms.length; i++) {
      const day = Math.floor(ms[i] / MS_PER_DAY);
      if (day < first || day >= next) {
        const year = new Date(ms[i]).getUTCFullYear();
        first = startOfYear(year);
        next = startOfYear(year + 1);
      }
      ms[i] = day - first + 1;
    }
  });
}

/** Days from 1970 to the year's first. Not by `Date.UTC`, which takes the years 0 to 99 for those of the 20th century. */
function startOfYear(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1) / MS_PER_DAY;
}
