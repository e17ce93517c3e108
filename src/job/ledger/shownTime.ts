/**
 * A time for people.
 *
 * @example shownTime(1_000_000_000_000) //=> '2001-09-09T01:46:40Z'
 */
export function shownTime(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
