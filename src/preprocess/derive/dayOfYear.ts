import type { Derivation } from './derivation.ts';
import { type FromTimeOptions, fromTime, MS_PER_DAY } from './fromTime.ts';

/**
 * The day of the year in UTC: 1 on the 1st of January, 365 or 366 on the 31st of December.
 *
 * @param options the new column is named `dayOfYear` by default
 * @example dayOfYear('date').names //=> ['dayOfYear']
 */
export function dayOfYear(column: string, options: FromTimeOptions = {}): Derivation {
  return fromTime('dayOfYear', column, options, 'dayOfYear', (ms, days) => {
    let begin = Number.NaN;
    let dayOfYear = 0;
    let [first, next] = [0, 0];
    for (let i = 0; i < ms.length; i++) {
      if (!(ms[i] >= begin && ms[i] < begin + MS_PER_DAY)) {
        const day = Math.floor(ms[i] / MS_PER_DAY);
        if (day < first || day >= next) {
          const year = new Date(ms[i]).getUTCFullYear();
          first = startOfYear(year);
          next = startOfYear(year + 1);
        }
        begin = MS_PER_DAY * day;
        dayOfYear = (day - first + 1) | 0;
      }
      days[i] = dayOfYear;
    }
  });
}

/** Days from 1970 to the year's first. Not by `Date.UTC`, which takes the years 0 to 99 for those of the 20th century. */
function startOfYear(year: number): number {
  return new Date(0).setUTCFullYear(year, 0, 1) / MS_PER_DAY;
}
