import { bound } from '../../options/bounds.ts';
import { checkOption, checkOptions } from '../../options/checkOptions.ts';
import type { JobSchedule, Span } from '../types.ts';
import { spanBound, spanFields, spanMs } from './spanMs.ts';

/** The options of `every`. */
export interface EveryOptions extends Span {
  /**
   * A due time from which all others are counted, both ways.
   * @default 1970-01-01T00:00Z: `every({ minutes: 15 })` is due at the full quarters of an hour
   */
  readonly from?: Date;
}

/**
 * Due at equal distances of real time, whatever the clocks of a zone do. The times hang on `from`, not on when the process started:
 * a restart does not shift them.
 *
 * @throws OptionError where the distance is under a second, or `from` is no date
 * @example [...every({ minutes: 15 }).dueTimes(0, 2_000_000)] //=> [900000, 1800000]
 */
export function every(options: EveryOptions): JobSchedule {
  checkOptions<EveryOptions>('every', options, {
    ...spanFields,
    from: bound('a date', (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  });
  const { from = new Date(0), ...span } = options;
  checkOption('every', span, spanBound(1000));
  const periodMs = spanMs(span);
  const anchor = from.getTime();
  const parts = Object.entries(span).filter(([, count]) => count > 0);
  const length = parts.map(([unit, count]) => (count === 1 ? unit.slice(0, -1) : `${count} ${unit}`)).join(' ');
  return {
    kind: 'every',
    text: `every ${length}${anchor === 0 ? '' : ` from ${from.toISOString()}`}`,
    *dueTimes(after, until) {
      // Each from its number, so that no error adds up.
      for (let n = Math.floor((after - anchor) / periodMs) + 1; ; n++) {
        const time = Math.round(anchor + n * periodMs);
        if (time > until) return;
        if (time > after) yield time;
      }
    },
  };
}
