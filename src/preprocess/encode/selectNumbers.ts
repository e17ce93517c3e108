/**
 * Moves the selected numbers to the front, in place, and gives their count. `selected` ascends, so that no number is
 * overwritten before it has been moved.
 */
export function selectNumbers(numbers: Float64Array, selected: Uint32Array | undefined): number {
  if (!selected) return numbers.length;
  for (let i = 0; i < selected.length; i++) numbers[i] = numbers[selected[i]];
  return selected.length;
}
