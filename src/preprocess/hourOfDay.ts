import type { Derivation } from './derivation.ts';
import { type FromTimeOptions, fromTime, MS_PER_DAY } from './fromTime.ts';

/**
 * The hour of the day in UTC, 0 to 23, of a column of timestamps or dates.
 *
 * @param options the new column is named `hour` by default
 * @example hourOfDay('date').names //=> ['hour']
 */
export function hourOfDay(column: string, { as = 'hour' }: FromTimeOptions = {}): Derivation {
  return fromTime('hourOfDay', column, as, (ms) => {
    for (let i = 0; i < ms.length; i++) {
      const hours = Math.floor(ms[i] / 3_600_000);
      ms[i] = hours - 24 * Math.floor(ms[i] / MS_PER_DAY);
    }
  });
}
