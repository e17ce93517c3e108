import type { Derivation } from './derivation.ts';
import { type FromTimeOptions, fromTime, MS_PER_DAY } from './fromTime.ts';

/**
 * The day of the week in UTC, from Monday = 0 to Sunday = 6 (ISO 8601 counts the same from 1).
 *
 * @param options the new column is named `weekday` by default
 * @example dayOfWeek('date', { as: 'day' }).names //=> ['day']
 */
export function dayOfWeek(column: string, options: FromTimeOptions = {}): Derivation {
  return fromTime('dayOfWeek', column, options, 'weekday', (ms, weekdays) => {
    let begin = Number.NaN;
    let weekday = 0;
    for (let i = 0; i < ms.length; i++) {
      if (!(ms[i] >= begin && ms[i] < begin + MS_PER_DAY)) {
        // 1 January 1970 was a Thursday.
        const days = Math.floor(ms[i] / MS_PER_DAY) + 3;
        begin = MS_PER_DAY * (days - 3);
        weekday = (days - 7 * Math.floor(days / 7)) | 0;
      }
      weekdays[i] = weekday;
    }
  });
}
