import type { Vector } from '../../engine/types.ts';

/** The most probable class of a row, the first of equals. With one output, class 1 from the probability `threshold` on. */
export function predictedClass(p: Vector, row: number, outputs: number, threshold: number): number {
  if (outputs === 1) return p[row] >= threshold ? 1 : 0;
  const begin = row * outputs;
  let best = 0;
  for (let k = 1; k < outputs; k++) if (p[begin + k] > p[begin + best]) best = k;
  return best;
}
