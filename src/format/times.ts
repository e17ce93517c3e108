/**
 * A point in time, from milliseconds since 1970 UTC.
 *
 * @example shownTime(1_000_000_000_000) //=> '2001-09-09T01:46:40Z'
 */
export function shownTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

const units = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/**
 * A length of time for people, in its greatest unit.
 *
 * @param ms at least 0
 * @example shownSpan(5_400_000) //=> '1.5 h'
 * @example shownSpan(172_800_000) //=> '2 days'
 */
export function shownSpan(ms: number): string {
  const [unit, length] = units.find(([, each]) => ms >= each) ?? ['ms', 1];
  const count = Number((ms / length).toFixed(1));
  return `${count} ${unit}${unit === 'day' && count !== 1 ? 's' : ''}`;
}

/**
 * A time for people: in milliseconds below a tenth of a second, in whole seconds from ten of them on, or where it is of whole seconds.
 *
 * @example formatSeconds(3.24) //=> '3.2 s'
 * @example formatSeconds(0.042) //=> '42 ms'
 * @example formatSeconds(83) //=> '1 min 23 s'
 */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95 && !Number.isInteger(seconds)) {
    return seconds < 0.0995 ? `${Math.round(1000 * seconds)} ms` : `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
