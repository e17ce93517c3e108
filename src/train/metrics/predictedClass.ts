import type { Vector } from '../../types.ts';

/** The most probable class of a row, the first of equals. With one output, class 1 from a probability of 1/2 on. */
export function predictedClass(p: Vector, row: number, outputs: number): number {
  if (outputs === 1) return p[row] >= 0.5 ? 1 : 0;
  const begin = row * outputs;
  let best = 0;
  for (let k = 1; k < outputs; k++) if (p[begin + k] > p[begin + best]) best = k;
  return best;
}
