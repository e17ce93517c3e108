import { builtIn } from '../../builtIn.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { constant } from '../initializers/constant.ts';
import { zeros } from '../initializers/zeros.ts';
import type { Layer } from '../layer.ts';

export interface LayerNormOptions {
  /**
   * Keeps the division from one by zero; more than 0, in squares of the input's unit.
   * @default 1e-5
   */
  readonly epsilon?: number;
}

/**
 * Layer normalization: brings each row to mean 0 and variance 1 over its units, then each unit to a learned scale and place. The same in
 * training and in use, whatever the other rows.
 *
 *   i = 1 / sqrt(D + epsilon);  h = (z - E) i;  a = gamma h + beta, E and D the mean and the variance of the row
 *   dbeta = sum of da over the rows;  dgamma = sum of da h
 *   dz = i (g - mean(g) - h mean(g h)), g = da gamma, the means over the units of the row
 *
 * Convention: as torch.nn.LayerNorm.
 * @throws OptionError where `epsilon` is out of bounds
 * @example layerNorm().options //=> { epsilon: 0.00001 }
 * @see Ba et al. 2016, Layer normalization, arXiv:1607.06450
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  checkOptions<LayerNormOptions>('layerNorm', options, { epsilon: number({ above: 0 }) });
  const { epsilon = 1e-5 } = options;
  return builtIn({
    kind: 'layerNorm',
    options: { epsilon },
    plan: (width) => ({
      width,
      parameters: [
        { name: 'gamma', shape: [width], fanIn: width, fanOut: width, initializer: constant(1) },
        { name: 'beta', shape: [width], fanIn: width, fanOut: width, initializer: zeros() },
      ],
      build({ engine: { kernels, vector }, rows, parameters: [gamma, beta] }) {
        const a = vector(rows * width);
        const h = vector(rows * width);
        const dz = vector(rows * width);
        const inverse = vector(rows);
        return {
          forward(z, n) {
            kernels.normalizeRows(a, h, inverse, z, gamma.value, beta.value, epsilon, n, width);
            return a;
          },
          backward(da, n, needed) {
            kernels.columnSums(beta.gradient, da, n, width);
            kernels.columnDots(gamma.gradient, da, h, n, width);
            if (!needed) return undefined;
            kernels.normalizeRowsGradient(dz, da, h, inverse, gamma.value, n, width);
            return dz;
          },
        };
      },
    }),
  });
}
