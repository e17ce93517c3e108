/**
 * Zero for numbers too small for float32's normal range, others as they are. A gradient that stays 0 would otherwise leave moments of that
 * kind for good, and some processors take a hundred times as long over them.
 */
export function normalOrZero(value: number): number {
  return value < 1.17549435e-38 && value > -1.17549435e-38 ? 0 : value;
}
