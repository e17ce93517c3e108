/** A number as people read it, in two digits: `0.27`, `5.0e-7`. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e4)) return String(Number(value.toPrecision(2)));
  return value.toExponential(1).replace('e+', 'e');
}
