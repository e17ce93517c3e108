import { type Bound, bound, type Fields, isObject, number } from '../../options/bounds.ts';
import type { Span } from '../types.ts';

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 } as const;

const amount = number({ least: 0 });

/** The parts of a length of time. */
export const spanFields: Fields<Span> = { days: amount, hours: amount, minutes: amount, seconds: amount };

/**
 * A length of time.
 *
 * @param least the least it may be, in milliseconds
 * @example spanBound(1000).expected //=> 'a length of time of at least 1 s, as { hours: 6 } or { days: 1, minutes: 30 }'
 */
export function spanBound(least = 0): Bound<Span> {
  const atLeast = least > 0 ? ` of at least ${least / 1000} s` : '';
  return {
    ...bound(`a length of time${atLeast}, as { hours: 6 } or { days: 1, minutes: 30 }`, (value) => {
      if (!isObject(value) || Object.keys(value).length === 0) return false;
      // Parts of another name, and those that are no numbers, are refused one by one.
      return !(spanMs(value) < least);
    }),
    fields: spanFields,
  };
}

/**
 * A length of time in milliseconds; NaN where a part is no number.
 *
 * @example spanMs({ hours: 1, minutes: 30 }) //=> 5400000
 */
export function spanMs(span: Span): number {
  return Object.entries(span).reduce((sum, [unit, count]) => sum + count * unitMs[unit as keyof Span], 0);
}
