/** A number of a verdict as people read it, in six digits at the most. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
