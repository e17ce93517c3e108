import { OptionError } from '../../errors.ts';
import type { Span } from '../types.ts';

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000 } as const;

/**
 * A length of time in milliseconds.
 *
 * @param where the option, for the error
 * @param least the least it may be, in milliseconds
 * @throws OptionError where a part is not a number of at least 0 or of another name, there is none, or the sum is too small
 * @example spanMs('timeout', { hours: 1, minutes: 30 }) //=> 5400000
 */
export function spanMs(where: string, span: Span, least = 0): number {
  const parts = typeof span === 'object' && span !== null ? Object.entries(span) : [];
  const isSpan =
    parts.length > 0 &&
    parts.every(([unit, count]) => Object.hasOwn(unitMs, unit) && Number.isFinite(count) && count >= 0);
  const ms = isSpan ? parts.reduce((sum, [unit, count]) => sum + count * unitMs[unit as keyof Span], 0) : Number.NaN;
  if (ms >= least) return ms;
  const atLeast = least > 0 ? ` of at least ${least / 1000} s` : '';
  throw new OptionError({
    where,
    expected: `a length of time${atLeast}, as { hours: 6 } or { days: 1, minutes: 30 }`,
    received: JSON.stringify(span) ?? 'nothing',
  });
}
