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
