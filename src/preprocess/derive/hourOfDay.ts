import type { Derivation } from './derivation.ts';
import { type FromTimeOptions, fromTime, MS_PER_DAY } from './fromTime.ts';

/**
 * The hour of the day in UTC, 0 to 23, of a column of timestamps or dates.
 *
 * @param options the new column is named `hour` by default
 * @example hourOfDay('date').names //=> ['hour']
 */
export function hourOfDay(column: string, options: FromTimeOptions = {}): Derivation {
  return fromTime('hourOfDay', column, options, 'hour', (ms, hours) => {
    // Points in time often come in order: most are on the day of the one before, many are the same.
    let day = Number.NaN;
    let last = Number.NaN;
    let hour = 0;
    for (let i = 0; i < ms.length; i++) {
      if (ms[i] !== last) {
        last = ms[i];
        if (!(last >= day && last < day + MS_PER_DAY)) day = MS_PER_DAY * Math.floor(last / MS_PER_DAY);
        hour = Math.floor((last - day) / 3_600_000) | 0;
      }
      hours[i] = hour;
    }
  });
}
