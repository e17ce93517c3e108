/**
 * A number for people, in three or four digits.
 *
 * @example formatNumber(2_853_000) // '2.85M'
 */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${(value / 1e6).toPrecision(3)}M`;
  if (size >= 9_999.5) return `${Math.round(value / 1e3)}k`;
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}
