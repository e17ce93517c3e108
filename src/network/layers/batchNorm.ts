import { builtIn } from '../../builtIn.ts';
import { number } from '../../options/bounds.ts';
import { checkOptions } from '../../options/checkOptions.ts';
import { constant } from '../initializers/constant.ts';
import { zeros as zeroWeights } from '../initializers/zeros.ts';
import type { Layer } from '../layer.ts';

export interface BatchNormOptions {
  /**
   * The part of a batch's statistics in the running ones after it; more than 0, at most 1.
   * @default 0.1
   */
  readonly momentum?: number;
  /**
   * Keeps the division from one by zero; more than 0, in squares of the input's unit.
   * @default 1e-5
   */
  readonly epsilon?: number;
}

/**
 * Batch normalization: brings each unit to mean 0 and variance 1 over the rows of the batch, then to a learned scale and place.
 *
 *   h = (z - E) / sqrt(D + epsilon);  a = gamma h + beta
 *   dbeta = sum of da over the rows;  dgamma = sum of da h
 *   dz = gamma / sqrt(D + epsilon) (da - dbeta / n - h dgamma / n), in use gamma / sqrt(D + epsilon) da
 *
 * E and D are the mean and the variance of the batch in training, running ones in use. With `gamma = sqrt(D)` and `beta = E` it
 * changes nothing. A row alone has no variance: its `h` is 0, and the running statistics stay as they are.
 *
 * Convention: as torch.nn.BatchNorm1d; the running variance is that of a sample, divided by n - 1.
 * @throws OptionError where an option is out of bounds
 * @example batchNorm().options //=> { momentum: 0.1, epsilon: 0.00001 }
 * @see Ioffe and Szegedy 2015, Batch normalization, arXiv:1502.03167
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  checkOptions<BatchNormOptions>('batchNorm', options, {
    momentum: number({ above: 0, most: 1 }),
    epsilon: number({ above: 0 }),
  });
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  return builtIn({
    kind: 'batchNorm',
    options: { momentum, epsilon },
    plan: (width) => ({
      width,
      parameters: [
        { name: 'gamma', shape: [width], fanIn: width, fanOut: width, initializer: constant(1) },
        { name: 'beta', shape: [width], fanIn: width, fanOut: width, initializer: zeroWeights() },
      ],
      buffers: [
        { name: 'mean', shape: [width], initial: 0 },
        { name: 'variance', shape: [width], initial: 1 },
      ],
      build({ engine: { kernels, vector }, rows, parameters: [gamma, beta], buffers: [runningMean, runningVariance] }) {
        const a = vector(rows * width);
        const h = vector(rows * width);
        const dz = vector(rows * width);
        const mean = vector(width);
        const variance = vector(width);
        const inverse = vector(width);
        const factor = vector(width);
        const zeros = vector(width);
        let isTraining = true;

        function remember(n: number): void {
          if (n < 2) return;
          for (let j = 0; j < width; j++) {
            runningMean[j] += momentum * (mean[j] - runningMean[j]);
            runningVariance[j] += momentum * ((variance[j] * n) / (n - 1) - runningVariance[j]);
          }
        }

        return {
          forward(z, n, mode) {
            isTraining = mode === 'training';
            if (isTraining) {
              kernels.columnMoments(mean, variance, z, n, width);
              remember(n);
            }
            const center = isTraining ? mean : runningMean;
            const spread = isTraining ? variance : runningVariance;
            for (let j = 0; j < width; j++) inverse[j] = 1 / Math.sqrt(spread[j] + epsilon);
            kernels.normalizeColumns(a, h, z, center, inverse, gamma.value, beta.value, n, width);
            return a;
          },
          backward(da, n, needed) {
            kernels.columnSums(beta.gradient, da, n, width);
            kernels.columnDots(gamma.gradient, da, h, n, width);
            if (!needed) return undefined;
            for (let j = 0; j < width; j++) factor[j] = gamma.value[j] * inverse[j];
            // Running statistics do not depend on the batch: nothing of its sums comes back.
            const [sums, dots] = isTraining ? [beta.gradient, gamma.gradient] : [zeros, zeros];
            kernels.normalizeColumnsGradient(dz, da, h, factor, sums, dots, n, width);
            return dz;
          },
        };
      },
    }),
  });
}
