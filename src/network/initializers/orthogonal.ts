import { normal } from '../../engine/random.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import type { Initializer } from '../layer.ts';

export interface OrthogonalOptions {
  /**
   * The length of each row or column; more than 0.
   * @default 1
   */
  readonly gain?: number;
}

/**
 * A random orthogonal matrix: its rows, or its columns where there are fewer of them, have length `gain` and stand at right angles.
 * Signals keep their length through layers of one width.
 *
 *   w wᵀ = gain² I, or wᵀ w = gain² I;  var(w) = gain² / max(fanIn, fanOut)
 *
 * Gram and Schmidt's method on normally distributed numbers; evenly distributed over all such matrices.
 * @throws OptionError where `gain` is out of bounds
 * @example orthogonal().name //=> 'orthogonal(1)'
 * @see Saxe et al. 2014, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, arXiv:1312.6120
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  checkOptions<OrthogonalOptions>('orthogonal', options, { gain: number({ above: 0 }) });
  const { gain = 1 } = options;
  return {
    name: `orthogonal(${gain})`,
    fill(w, fanIn, _fanOut, random) {
      if (w.length === 0) return;
      const columns = w.length / fanIn;
      const [count, size] = fanIn <= columns ? [fanIn, columns] : [columns, fanIn];
      const basis = Float64Array.from({ length: w.length }, (_, i) => normal(random, i));
      for (let i = 0; i < count; i++) {
        const row = basis.subarray(i * size, (i + 1) * size);
        for (let j = 0; j < i; j++) subtractPart(row, basis.subarray(j * size, (j + 1) * size));
        const length = Math.sqrt(dot(row, row));
        for (let k = 0; k < size; k++) row[k] /= length;
      }
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < size; k++) {
          w[fanIn <= columns ? i * size + k : k * columns + i] = gain * basis[i * size + k];
        }
      }
    },
  };
}

/** Takes from a row what it has in common with one of length 1. */
function subtractPart(row: Float64Array, unit: Float64Array): void {
  const part = dot(row, unit);
  for (let k = 0; k < row.length; k++) row[k] -= part * unit[k];
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
