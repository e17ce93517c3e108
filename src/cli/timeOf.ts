import { UsageError } from './command.ts';

/**
 * The time that an option gives, in milliseconds since 1970; a date is its first moment in UTC.
 *
 * @throws UsageError where it is no time in ISO form
 */
export function timeOf(name: string, text: string): number {
  const time = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError(`${name}: expected a time as 2001-06-30 or 2001-06-30T03:00Z, got ${text}`);
}
